package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program that tests need and a JDK does not bring. */
public final class Program {
  private static final int SECONDS = 120;

  private final String file;

  private Program(String file) {
    this.file = file;
  }

  /**
   * Must be there where the suite decides about a change; elsewhere its tests are skipped.
   *
   * @param source the package that has it
   */
  public static Program find(String name, String source) {
    String found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse("");
    boolean required = "true".equals(System.getenv("CI"));
    assertThat(required && found.isEmpty())
        .as(name + " is missing; install the package " + source)
        .isFalse();
    Assumptions.assumeFalse(
        found.isEmpty(), "SKIPPED: " + name + " is not on the PATH; install " + source);
    return new Program(found);
  }

  /** To be started; what it says on standard error is said by us. */
  public ProcessBuilder with(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(file));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** Runs it, and fails with what it said when it is not content. */
  static void requireSuccess(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
