package dev.backlot.drill;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A version of the service to start as a process: the one that runs the drill, or the jar of
 * another.
 *
 * @param text what the drill calls it
 * @param classPath of {@code dev.backlot.Main}
 */
record Program(String text, String classPath) {
  /** What a JVM would read from our own environment, and we did not mean for it. */
  private static final List<String> JVM_VARIABLES =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  static Program ours() {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return new Program("this version", classPath);
  }

  static Program before(Path jar) {
    return new Program("the version before", jar.toAbsolutePath().toString());
  }

  /**
   * Not started; its output is that of the process, errors included.
   *
   * @param directory where it works, without a configuration: each version has its own, and another
   *     may not know all of ours
   */
  ProcessBuilder process(Path directory, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                "dev.backlot.Main"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeAll(JVM_VARIABLES);
    return builder;
  }
}
