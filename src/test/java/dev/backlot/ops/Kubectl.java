package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The real Kustomize, where kubectl is there; elsewhere its tests are skipped, in CI too: {@code
 * .ci/run} installs none, because Debian 12 has one that is too old and Ubuntu has none. What is
 * needed of manifests everywhere is tested without it, by {@link Kustomization}.
 */
final class Kubectl {
  private Kubectl() {}

  /** What {@code kubectl apply -k} would send. */
  static List<Map<String, Object>> kustomize(Path directory)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("kustomize", ".txt");
    Process process =
        new ProcessBuilder(find(), "kustomize", directory.toString())
            .redirectError(errors.toFile())
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Manifests.documents(text);
  }

  private static String find() {
    String found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(directory -> Path.of(directory, "kubectl"))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse("");
    Assumptions.assumeFalse(
        found.isEmpty(),
        "SKIPPED, in CI too: kubectl (1.21 or later) is not on the PATH, and .ci/run cannot install"
            + " it from the distribution");
    return found;
  }
}
