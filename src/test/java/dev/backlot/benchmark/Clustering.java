package dev.backlot.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What it costs that slots and leases are those of all nodes: whole lives on one node that is
 * alone, on two and on three that share a database, in turns; then the same in counts. Prints one
 * table. Argument: a directory for data, on a real disk.
 */
public final class Clustering {
  private static final int PAIRS = Integer.getInteger("benchmark.pairs", 10);
  private static final int LIVES = 2_000;
  private static final int CONNECTIONS = 64;

  private final Table table = new Table();
  private final Path directory;

  private Clustering(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]).toAbsolutePath();
    Benchmark.delete(directory);
    String loadBefore = Machine.load();
    Clustering benchmark = new Clustering(directory);
    try (Load load = new Load()) {
      benchmark.measure(load);
    } finally {
      System.out.printf(
          Locale.ROOT,
          "%n%d interleaved rounds after 2 to warm up, %d jobs a turn; load average of the machine"
              + " before %s, after %s%nmedian (lowest .. highest)%n%n%s%n",
          PAIRS,
          LIVES,
          loadBefore,
          Machine.load(),
          benchmark.table);
    }
    Benchmark.delete(directory);
  }

  private void measure(Load load) {
    try (Service one = service("one", 1);
        Service two = service("two", 2);
        Service three = service("three", 3)) {
      System.out.println(Machine.text(one.database()));
      System.out.println("whole lives on one, two and three nodes");
      Lives alone = new Lives(one, load, CONNECTIONS, LIVES);
      Lives pair = new Lives(two, load, CONNECTIONS, LIVES);
      Lives trio = new Lives(three, load, CONNECTIONS, LIVES);
      Rounds rounds = Rounds.run(PAIRS, alone, pair, trio);
      pairs("jobs/s", rounds, alone, pair, trio, Sample::jobs);
      pairs("CPU per job, us", rounds, alone, pair, trio, Sample::cpu);
      System.out.println("the same in counts");
      counts(load, one, three);
    }
  }

  private void pairs(
      String unit,
      Rounds rounds,
      Lives alone,
      Lives pair,
      Lives trio,
      ToDoubleFunction<Sample> quantity) {
    table.pair("whole lives, two nodes beside one: " + unit, rounds, pair, alone, quantity);
    table.pair("whole lives, three nodes beside one: " + unit, rounds, trio, alone, quantity);
  }

  private void counts(Load load, Service one, Service three) {
    Costs alone = costs(load, one);
    Costs shared = costs(load, three);
    table.counts(
        "a whole life, three nodes beside one: SQL statements",
        shared.statements(),
        alone.statements());
    table.counts(
        "the same: transactions of several statements",
        shared.transactions(),
        alone.transactions());
    table.counts("the same: rows written", shared.rows(), alone.rows());
    table.counts("the same: WAL bytes", shared.walBytes(), alone.walBytes());
    table.counts("the same: HTTP requests to the provider", shared.requests(), alone.requests());
  }

  private static Costs costs(Load load, Service service) {
    Costs before = Costs.soFar(service);
    load.run(LoadOrder.ofJobs(service.ports(), service.tenants().keys(), CONNECTIONS, LIVES));
    service.awaitAllEnded();
    return Costs.soFar(service).each(before, LIVES);
  }

  /** One that is alone is not clustered. */
  private Service service(String name, int nodes) {
    Map<String, String> settings = new HashMap<>(ServiceRows.WHOLE_LIVES);
    settings.put("cluster.enabled", String.valueOf(nodes > 1));
    Service service = Service.start(directory.resolve(name), settings);
    Costs.prepare(service);
    List.of("second", "third").subList(0, nodes - 1).forEach(joining -> service.join(settings));
    return service;
  }
}
