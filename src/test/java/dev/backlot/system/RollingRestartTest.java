package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.database.OwnServer;
import dev.backlot.simulator.SimulatorServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes on one database, of which one after the other is told to stop, under load. */
class RollingRestartTest {
  /** Half of them speak HTTP/1.1, half HTTP/2. */
  private static final int CLIENTS = 8;

  /** Leaves the processes a part of a small machine. */
  private static final Duration THINKS = Duration.ofMillis(20);

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private OwnServer database;
  private SimulatorServer simulator;

  @BeforeEach
  void start() throws Exception {
    database = OwnServer.start(directory.resolve("postgres"));
    simulator =
        SimulatorServer.start(SimulatorConfig.defaults(), InstantSource.system())
            .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdownNow();
    simulator.close().await(20, TimeUnit.SECONDS);
    database.close();
  }

  @Test
  void a_client_that_repeats_only_refusals_and_503_sees_no_failure() throws Exception {
    try (BacklotProcess one = node("one");
        BacklotProcess two = node("two");
        BacklotProcess three = node("three")) {
      List<BacklotProcess> nodes = List.of(one, two, three);
      List<StrictClient> clients = clients(nodes);
      AtomicBoolean over = new AtomicBoolean();
      List<Future<?>> load =
          IntStream.range(0, CLIENTS)
              .<Future<?>>mapToObj(i -> threads.submit(() -> submit(clients.get(i), i, over)))
              .toList();

      for (BacklotProcess node : nodes) {
        assertThat(node.stop()).as("killed by SIGTERM only after its hooks").isEqualTo(143);
        node.restart();
      }
      over.set(true);
      for (Future<?> each : load) {
        each.get(60, TimeUnit.SECONDS);
      }

      assertThat(clients).flatExtracting(StrictClient::failures).isEmpty();
      List<String> jobs = clients.stream().flatMap(each -> each.accepted().stream()).toList();
      assertThat(jobs).doesNotHaveDuplicates();
      assertThat(new Books(one).number("SELECT count(*) FROM job")).isEqualTo(jobs.size());
      assertThat(clients).extracting(StrictClient::refused).allMatch(refused -> refused > 0);
      report(clients);
    }
  }

  private List<StrictClient> clients(List<BacklotProcess> nodes) throws IOException {
    List<String> apis = nodes.stream().map(BacklotProcess::api).toList();
    String key = "blk_demodemodemo_" + Files.readString(directory.resolve("demo.key")).strip();
    return Stream.iterate(0, i -> i + 1)
        .limit(CLIENTS)
        .map(i -> i % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
        .map(version -> new StrictClient(version, apis, key))
        .toList();
  }

  private static void submit(StrictClient client, int number, AtomicBoolean over) {
    for (int job = 0; !over.get(); job++) {
      client.submit("client-" + number + "-" + job);
      LockSupport.parkNanos(THINKS.toNanos());
    }
  }

  private static void report(List<StrictClient> clients) {
    System.out.printf(
        "rolled three nodes: %d jobs accepted, %d refused, %d 503%n",
        clients.stream().mapToInt(each -> each.accepted().size()).sum(),
        clients.stream().mapToInt(StrictClient::refused).sum(),
        clients.stream().mapToInt(StrictClient::unavailable).sum());
  }

  /** All three have the secrets of one directory. */
  private BacklotProcess node(String name) throws IOException {
    Path provider = directory.resolve("provider-api.key");
    Files.writeString(provider, SimulatorConfig.defaults().account().apiKey().value());
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "data-directory",
                directory.toString(),
                "node.name",
                name,
                "simulator.enabled",
                "false",
                "provider.accounts[0].base-url",
                "http://127.0.0.1:" + simulator.verticle().port(),
                "development.credits",
                "10000000",
                "cluster.enabled",
                "true"));
    return BacklotProcess.startOn(
        database.port(), Files.createDirectories(directory.resolve(name)), settings);
  }
}
