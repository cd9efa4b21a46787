package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Other people's programs for our tests, fetched by npm into the build directory and never kept
 * with our sources. They must be there where the suite decides about a change; elsewhere a test
 * that needs them is skipped, and says so.
 */
final class NpmPackages {
  private static final Path DIRECTORY = Path.of("target", "npm");

  /** Exact versions: what they are tested with. */
  private static final List<String> PACKAGES =
      List.of("@vertx/eventbus-bridge-client.js@1.0.0", "sockjs-client@1.6.1");

  private static final boolean REQUIRED = "true".equals(System.getenv("CI"));

  private NpmPackages() {}

  /**
   * The text of a file.
   *
   * @param path inside {@code node_modules}
   */
  static synchronized String read(String path) {
    Path file = DIRECTORY.resolve("node_modules").resolve(path);
    if (!Files.exists(file)) {
      install();
    }
    try {
      return Files.readString(file);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** Node.js itself; it comes with npm. */
  static String node() {
    return find("node");
  }

  private static void install() {
    List<String> command =
        new ArrayList<>(
            List.of(
                find("npm"),
                "install",
                "--prefix",
                DIRECTORY.toString(),
                "--ignore-scripts",
                "--no-save",
                "--no-package-lock",
                "--no-audit",
                "--no-fund"));
    command.addAll(PACKAGES);
    try {
      Files.createDirectories(DIRECTORY);
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
      requireOrSkip(done, "npm could not fetch " + PACKAGES + ": " + said);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  private static String find(String program) {
    String found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, program))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse("");
    requireOrSkip(!found.isEmpty(), program + " is not on the PATH; install nodejs and npm");
    return found;
  }

  private static void requireOrSkip(boolean there, String otherwise) {
    if (REQUIRED) {
      assertThat(there).as(otherwise).isTrue();
    }
    Assumptions.assumeTrue(there, "SKIPPED: " + otherwise);
  }
}
