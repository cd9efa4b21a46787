package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.example.Renders;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.infinispan.manager.DefaultCacheManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Vert.x application that has nothing of ours, in one cluster with two real processes. */
class ForeignApplicationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path directory;

  private static final List<Integer> PORTS = List.of(FreePorts.next(), FreePorts.next());
  private static BacklotProcess first;
  private static BacklotProcess second;
  private static DefaultCacheManager caches;
  private static Vertx foreign;

  @BeforeAll
  static void start() throws Exception {
    first = BacklotProcess.start(directory, settings(0), "INFO");
    second = BacklotProcess.beside(first, settings(1));
    System.setProperty(
        "backlot.nodes", "127.0.0.1[" + PORTS.get(0) + "],127.0.0.1[" + PORTS.get(1) + "]");
    System.setProperty("backlot.port", String.valueOf(FreePorts.next()));
    caches = new DefaultCacheManager("foreign/infinispan.xml");
    foreign =
        Vertx.builder()
            .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
            .withClusterManager(new InfinispanClusterManager(caches))
            .buildClustered()
            .await(60, TimeUnit.SECONDS);
    Eventually.until("a cluster of three", PATIENCE, () -> members() == 3);
  }

  @AfterAll
  static void stop() throws Exception {
    foreign.close().await(60, TimeUnit.SECONDS);
    caches.stop();
    second.close();
    first.close();
  }

  private static Map<String, String> settings(int node) {
    return new HashMap<>(
        Map.of(
            "cluster.enabled", "true",
            "cluster.port", String.valueOf(PORTS.get(node)),
            "simulator.time-factor", "50",
            "stream.heartbeat", "1s"));
  }

  private static double members() {
    return metric(first, "backlot_cluster_members");
  }

  private static double metric(BacklotProcess node, String name) {
    return Api.text(node.management() + "/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
        .findFirst()
        .orElse(0);
  }

  private static List<Double> registrations() {
    return List.of(
        metric(first, "backlot_cluster_registrations"),
        metric(second, "backlot_cluster_registrations"));
  }

  /** Several, so that there are some on the node that dies. */
  @Test
  void each_application_sees_every_event_once_and_in_order_while_a_node_dies() throws Exception {
    List<Double> before = registrations();
    List<List<String>> seen = new ArrayList<>();
    List<Renders> applications = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      List<String> events = new CopyOnWriteArrayList<>();
      Renders application = new Renders(first.demoKey(), message -> keep(message, events));
      foreign.deployVerticle(application).await(60, TimeUnit.SECONDS);
      seen.add(events);
      applications.add(application);
    }
    assertThat(registrations()).as("made by nodes for their subscribers").isEqualTo(before);
    List<String> jobs = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      if (n == 5) {
        second.kill();
      }
      jobs.add(submit(applications.get(n % 4), "take-" + n));
    }

    Jobs.awaitAll(first.client(), jobs, "succeeded");

    for (List<String> events : seen) {
      Eventually.until(
          "every job's end is seen",
          PATIENCE,
          () -> events.stream().filter(event -> event.endsWith("job.succeeded")).count() == 10);
    }
    assertThat(jobs).doesNotHaveDuplicates();
    assertThat(seen).allSatisfy(events -> assertThat(events).isEqualTo(seen.get(0)));
    for (String job : jobs) {
      List<Integer> versions = versions(seen.get(0), job);
      assertThat(versions)
          .as("of one job")
          .isEqualTo(IntStream.rangeClosed(1, versions.size()).boxed().toList());
    }
  }

  private static List<Integer> versions(List<String> events, String job) {
    return events.stream()
        .filter(event -> event.startsWith(job))
        .map(event -> Integer.valueOf(event.split(" ")[1]))
        .toList();
  }

  private static void keep(JsonObject message, List<String> events) {
    if (message.getString("type").equals("event")) {
      events.add(
          message.getString("job_id")
              + " "
              + message.getInteger("version")
              + " "
              + message.getString("event"));
    }
  }

  /** Until somebody answers: meanwhile the one who is asked may be dead. */
  private static String submit(Renders application, String name) {
    List<String> ids = new CopyOnWriteArrayList<>();
    Eventually.until(
        name + " is stored",
        PATIENCE,
        () -> {
          application
              .submit(name, new JsonObject(Api.body("a paper boat, " + name)))
              .onSuccess(job -> ids.add(job.getString("id")))
              .transform(answered -> Future.succeededFuture())
              .await(40, TimeUnit.SECONDS);
          return !ids.isEmpty();
        });
    return ids.get(0);
  }
}
