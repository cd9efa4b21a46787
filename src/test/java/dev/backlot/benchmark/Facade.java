package dev.backlot.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What it costs a client of Kling's API that its create is made durable before it is answered: the
 * same create, byte for byte, at the facade and straight at the simulator, in turns. Prints one
 * table. Argument: a directory for data, on a real disk.
 */
public final class Facade {
  private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);
  private static final int WARM_UP = 2;

  /** Far from what either side can do, so that what is timed is the way and not a queue. */
  private static final int PER_SECOND = 50;

  private static final int CREATES = 500;
  private static final int CONNECTIONS = 16;
  private static final String PATH = "/v1/videos/text2video";
  private static final String BODY =
      """
      {"model_name":"kling-v2-6","prompt":"a paper boat on a rainy street","duration":"5",\
      "mode":"std","aspect_ratio":"16:9"}""";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "provider.accounts[0].slots.default", "1000",
          "provider.callback-url", "",
          "simulator.slots", "10000",
          "simulator.pack-units", "1000000000",
          "simulator.render-median", "1s",
          "simulator.time-factor", "1",
          "simulator.journal", "");

  private final Table table = new Table();
  private final List<LoadReport> ours = new ArrayList<>();
  private final List<LoadReport> beside = new ArrayList<>();

  private Facade() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]).toAbsolutePath();
    Benchmark.delete(directory);
    String loadBefore = Machine.load();
    Facade benchmark = new Facade();
    try (Load load = new Load();
        Service service = Service.start(directory.resolve("facade"), SETTINGS)) {
      System.out.println(Machine.text(service.database()));
      benchmark.measure(load, service);
    }
    Benchmark.delete(directory);
    System.out.printf(
        Locale.ROOT,
        "%n%d interleaved rounds of %d creates, %d a second; load average of the machine before %s,"
            + " after %s%n%n%s%n",
        ROUNDS,
        CREATES,
        PER_SECOND,
        loadBefore,
        Machine.load(),
        benchmark.table);
  }

  private void measure(Load load, Service service) {
    LoadOrder facade = order(service.port(), "/kling" + PATH, service.tenants().someKeys(100));
    LoadOrder simulator = order(service.simulatorPort(), PATH, List.of(service.providerKey()));
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      LoadReport durable = load.run(facade);
      LoadReport straight = load.run(simulator);
      if (round >= WARM_UP) {
        ours.add(durable);
        beside.add(straight);
      }
    }
    row("a durable create by Kling's API, beside one at the simulator: p50, ms", LoadReport::p50);
    row("the same: p99, ms", LoadReport::p99);
  }

  private void row(String what, ToDoubleFunction<LoadReport> quantity) {
    table.compare(what, median(ours, quantity), median(beside, quantity), Target.none());
  }

  private static double median(List<LoadReport> reports, ToDoubleFunction<LoadReport> quantity) {
    return new Series(reports.stream().mapToDouble(quantity).boxed().toList()).median();
  }

  private static LoadOrder order(int port, String path, List<String> keys) {
    return new LoadOrder(
        List.of(port),
        keys,
        CONNECTIONS,
        0,
        CREATES,
        PER_SECOND,
        List.of(path),
        200,
        List.of(BODY));
  }
}
