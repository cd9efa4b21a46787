package dev.backlot.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs everything and prints one table. Argument: a directory for data, on a real disk. */
public final class Benchmark {
  /** Targets of parts that do not exist yet, or that have no row yet. */
  private static final List<String> NOT_MEASURED =
      List.of("batch accept, beside a raw batched insert, >= 0.3: there are no batches yet");

  private Benchmark() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]).toAbsolutePath();
    delete(directory);
    Effort effort = Effort.fromSystemProperties();
    Table table = new Table();
    String loadBefore = Machine.load();
    try (Load load = new Load()) {
      SampleJob sample = new ServiceRows(effort, table, load, directory).measure();
      new StoreRows(effort, table, directory.resolve("store")).measure(sample);
    } finally {
      delete(directory);
    }
    System.out.printf(
        "%n%d rounds after 2 to warm up, %d s a turn, %d connections; load average of the machine"
            + " before %s, after %s%n",
        effort.rounds(),
        effort.turn().toSeconds(),
        effort.connections(),
        loadBefore,
        Machine.load());
    System.out.println("median (lowest .. highest)\n\n" + table + "\n");
    NOT_MEASURED.forEach(each -> System.out.println("not measured: " + each));
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
