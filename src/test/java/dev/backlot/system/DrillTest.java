package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fault drill as an operator runs it, only smaller. */
class DrillTest {
  private static final long PATIENCE_MINUTES = 8;

  @TempDir Path directory;

  @Test
  void every_promise_holds_while_nodes_are_killed_paused_and_cut_off() throws Exception {
    Drilled drilled =
        drill("--jobs", "120", "--kills", "2", "--pauses", "1", "--partitions", "1", "--seed", "5");

    assertThat(drilled.output())
        .contains("All promises held. Seed 5.")
        .doesNotContain("BROKEN")
        .containsPattern("kill -9 of a node +2\\R")
        .containsPattern("pause of a node \\(SIGSTOP\\) +1\\R")
        .containsPattern("node cut off from the database +1\\R")
        .containsPattern("all nodes cut off from one another +1\\R")
        .containsPattern("restart of a node \\(SIGTERM\\) +1\\R")
        .containsPattern("restart of PostgreSQL +1\\R")
        .containsPattern("not taken over in time +0\\R")
        .containsPattern("kills of nodes with jobs +[12]\\R")
        .containsPattern("from the kill until others had them +p50 \\d+ ms, p99 \\d+ ms ")
        .contains("Kling's API shows every task of its clients as it ended")
        .contains("Kling's clients were called in order, to the end of every task")
        .contains("kling-v2-1/image=SlotUse[limit=9, inFlight=0")
        .contains("120 accepted, 0 lost");
    assertThat(drilled.exitCode()).as(drilled.output()).isZero();
  }

  @Test
  void a_version_before_is_replaced_while_the_load_goes_on_and_comes_back() throws Exception {
    Drilled drilled =
        drill(
            "--jobs",
            "40",
            "--kills",
            "0",
            "--pauses",
            "0",
            "--partitions",
            "0",
            "--splits",
            "0",
            "--restarts",
            "0",
            "--rolls",
            "4",
            "--nodes",
            "2",
            "--seed",
            "6",
            "--before",
            jar());

    assertThat(drilled.output())
        .contains("All promises held. Seed 6.")
        .containsPattern("came back as this version +[23]\\R")
        .containsPattern("came back as the version before +[12]\\R")
        .contains("40 accepted, 0 lost");
    assertThat(drilled.exitCode()).as(drilled.output()).isZero();
  }

  @Test
  void a_version_before_without_a_roll_is_refused() throws Exception {
    Drilled drilled = drill("--rolls", "0", "--before", jar());

    assertThat(drilled.exitCode()).isEqualTo(2);
    assertThat(drilled.output()).contains("--before needs --rolls");
  }

  /** This version's own, in a jar that names its class path: there is no other in a build. */
  private String jar() throws IOException {
    Path jar = directory.resolve("before.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPathUris());
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar.toString();
  }

  private static String classPathUris() {
    return Stream.of(BacklotProcess.classPath().split(File.pathSeparator))
        .map(entry -> Path.of(entry).toUri().toString())
        .collect(Collectors.joining(" "));
  }

  @Test
  void a_directory_with_something_in_it_is_refused() throws Exception {
    Files.createDirectories(directory.resolve("stage"));
    Files.writeString(directory.resolve("stage").resolve("mine.txt"), "mine");

    Drilled drilled = drill();

    assertThat(drilled.exitCode()).isEqualTo(2);
    assertThat(drilled.output()).contains("--directory must be empty or new");
    assertThat(directory.resolve("stage").resolve("mine.txt")).hasContent("mine");
  }

  private record Drilled(int exitCode, String output) {}

  private Drilled drill(String... options) throws IOException, InterruptedException {
    Path output = directory.resolve("drill.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                BacklotProcess.classPath(),
                "dev.backlot.Main",
                "drill",
                "--directory",
                directory.resolve("stage").toString()));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES))
          .as("it ended:\n" + Files.readString(output))
          .isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Drilled(process.exitValue(), Files.readString(output));
  }
}
