package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real nodes and a crowd of front ends on bad connections, while nodes are killed: what each
 * of them has seen is compared with the log. A crowd of three hundred; of two thousand, which keeps
 * two cores busy, with {@code -Dcrowd.members=2000 -Dtest=LiveCrowdTest}.
 */
class LiveCrowdTest {
  private static final int MEMBERS = Integer.getInteger("crowd.members", 300);
  private static final int JOBS_EACH = 3;
  private static final int JOBS = 160;
  private static final int KILLS = 3;
  private static final long SEED = 11;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final String EVENTS =
      "SELECT position, job_id, job_version FROM event WHERE position > ? AND job_id = ANY (?)"
          + " ORDER BY position";

  private final Vertx vertx = Vertx.vertx();
  private final Random random = new Random(SEED);

  @TempDir Path directory;

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void everybody_sees_every_event_of_its_jobs_once_and_in_order_while_nodes_die() throws Exception {
    try (BacklotProcess first = BacklotProcess.start(directory, settings(), "INFO");
        BacklotProcess second = BacklotProcess.beside(first, settings());
        BacklotProcess third = BacklotProcess.beside(first, settings())) {
      List<String> jobs = submit(first.client());
      List<CrowdMember> crowd = crowd(List.of(first, second, third), first.demoKey(), jobs);

      Future<?> followed = Future.all(crowd.stream().map(CrowdMember::follow).toList());
      for (int kill = 0; kill < KILLS; kill++) {
        BacklotProcess victim = kill % 2 == 0 ? second : third;
        victim.kill();
        victim.restart();
      }

      followed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(crowd.stream().mapToInt(CrowdMember::connections).sum())
          .isGreaterThan(2 * MEMBERS);
      try (Connection log = DriverManager.getConnection(first.jdbcUrl(), DatabaseConfig.APP, "")) {
        for (CrowdMember member : crowd) {
          assertThat(member.seen()).isEqualTo(logged(log, member));
        }
      }
    }
  }

  /** So many slots that all jobs are through in about a minute, which the kills are within. */
  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("cluster.enabled", "true");
    settings.put("simulator.time-factor", "5");
    settings.put("simulator.slots", "80");
    settings.put("provider.accounts[0].slots.default", "80");
    return settings;
  }

  private static List<String> submit(Api api) {
    List<String> jobs = new ArrayList<>();
    for (int n = 0; n < JOBS; n++) {
      jobs.add(api.submit("a paper boat, take " + n));
    }
    return jobs;
  }

  private List<CrowdMember> crowd(List<BacklotProcess> nodes, String key, List<String> jobs) {
    WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions());
    List<Integer> ports = nodes.stream().map(node -> node.ports().http()).toList();
    List<CrowdMember> crowd = new ArrayList<>();
    for (int n = 0; n < MEMBERS; n++) {
      crowd.add(
          new CrowdMember(
              vertx.getOrCreateContext(), client, ports, key, some(jobs), random.nextLong()));
    }
    return crowd;
  }

  private List<String> some(List<String> jobs) {
    List<String> shuffled = new ArrayList<>(jobs);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, JOBS_EACH);
  }

  private static List<String> logged(Connection log, CrowdMember member) throws SQLException {
    List<String> events = new ArrayList<>();
    try (PreparedStatement query = log.prepareStatement(EVENTS)) {
      query.setLong(1, member.from());
      query.setArray(2, log.createArrayOf("uuid", member.jobs().toArray()));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          events.add(rows.getLong(1) + " " + rows.getString(2) + " " + rows.getInt(3));
        }
      }
    }
    return events;
  }
}
