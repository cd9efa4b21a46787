package dev.backlot.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM holds right after a collection.
 *
 * @param resident KiB in memory, whatever for
 * @param heap KiB of live objects
 */
record Memory(double resident, double heap) {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern HEAP = Pattern.compile("heap.*used (\\d+)K");

  static Memory of(long pid) {
    jcmd(pid, "GC.run");
    jcmd(pid, "GC.run");
    String heap = jcmd(pid, "GC.heap_info");
    try {
      String status = Files.readString(Path.of("/proc", String.valueOf(pid), "status"));
      return new Memory(number(RESIDENT, status), number(HEAP, heap));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Of each of those that came after an earlier look. */
  Memory each(Memory before, int count) {
    return new Memory((resident - before.resident) / count, (heap - before.heap) / count);
  }

  private static double number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("no " + pattern + " in " + text);
    }
    return Double.parseDouble(found.group(1));
  }

  private static String jcmd(long pid, String command) {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process process =
          new ProcessBuilder(List.of(tool.toString(), String.valueOf(pid), command)).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
