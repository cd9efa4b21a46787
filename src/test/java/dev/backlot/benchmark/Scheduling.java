package dev.backlot.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Measures the scheduling and prints one table. Argument: a directory for data, on a real disk. The
 * system property {@code benchmark.parts} names what is measured, all of it by default.
 */
public final class Scheduling {
  private static final String ALL = "slots,callbacks,storm,running,claims";

  private Scheduling() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]).toAbsolutePath();
    String wanted = System.getProperty("benchmark.parts", "");
    List<String> parts = List.of((wanted.isEmpty() ? ALL : wanted).split(","));
    Benchmark.delete(directory);
    Table table = new Table();
    String loadBefore = Machine.load();
    try (Load load = new Load()) {
      SlotRows slots = new SlotRows(table, load, directory);
      if (parts.contains("slots")) {
        slots.measure();
      }
      if (parts.contains("callbacks")) {
        slots.measureWithCallbacks();
      }
      if (parts.contains("storm")) {
        new CallbackRows(table, load, directory).measure();
      }
      if (parts.contains("running")) {
        new RunningRows(table, load, directory).measure();
      }
      if (parts.contains("claims")) {
        new ClaimRows(table, directory).measure();
      }
    } finally {
      Benchmark.delete(directory);
      // Also when a later part fails: what was measured took its time.
      System.out.printf(
          Locale.ROOT,
          "%ntime factor %d; load average of the machine before %s, after %s%n%n%s%n",
          SlotRows.TIME_FACTOR,
          loadBefore,
          Machine.load(),
          table);
    }
  }
}
