package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.OwnServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node has of connections when its database went away under all of them. */
class ConnectionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int POOL = 4;
  private static final int RESTARTS = 3;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "node.name", "one",
          "database.pool-size", String.valueOf(POOL),
          "database.connect-timeout", "2s");

  /** Of its work, of its lease, and of its watch. */
  private static final String OPEN =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'backlot %s'";

  private static final String ALL_WAIT =
      """
      SELECT count(*) = %d FROM pg_stat_activity
       WHERE application_name = 'backlot one' AND wait_event_type = 'Lock'"""
          .formatted(POOL);

  @TempDir Path directory;

  @Test
  void none_is_lost_to_the_pool_and_none_left_at_the_server_by_restarts_under_full_load()
      throws Exception {
    Path home = Files.createDirectory(directory.resolve("node"));
    OwnServer server = OwnServer.start(directory.resolve("server"));
    try (MovableAddress address = MovableAddress.of(server.port());
        BacklotProcess node = BacklotProcess.startOn(address.port(), home, SETTINGS)) {
      for (int n = 0; n < RESTARTS; n++) {
        try (Connection blocker = blockJobs(server)) {
          occupy(node, server);
          server.close();
        }
        server = OwnServer.start(directory.resolve("server"));
        address.moveTo(server.port());
        Eventually.until("up again", PATIENCE, () -> isReady(node));
      }

      try (Connection blocker = blockJobs(server)) {
        occupy(node, server);
        assertThat(open(node, "lease one")).isBetween(1, 2);
        assertThat(open(node, "watch one")).isLessThanOrEqualTo(1);
      }
      Eventually.until("all are given back", PATIENCE, () -> inUse(node) == 0);
    } finally {
      server.close();
    }
  }

  /** As many questions as make every connection of the pool wait for the lock, and none more. */
  private static void occupy(BacklotProcess node, OwnServer server) {
    HttpClient client = HttpClient.newHttpClient();
    for (int n = 0; n < 2 * POOL; n++) {
      client.sendAsync(
          HttpRequest.newBuilder(URI.create(node.api() + "/api/v1/jobs"))
              .header("Authorization", "Bearer " + node.demoKey())
              .build(),
          BodyHandlers.discarding());
    }
    server.await(ALL_WAIT);
    assertThat(open(node, "one")).as("at the server").isEqualTo(POOL);
    assertThat(inUse(node)).as("by the node's count").isGreaterThanOrEqualTo(POOL);
  }

  private static Connection blockJobs(OwnServer server) throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + DatabaseConfig.NAME;
    Connection blocker = DriverManager.getConnection(url + "?sslmode=disable", "postgres", "");
    blocker.setAutoCommit(false);
    try (Statement statement = blocker.createStatement()) {
      statement.execute("LOCK TABLE job IN ACCESS EXCLUSIVE MODE");
    }
    return blocker;
  }

  private static int open(BacklotProcess node, String pool) {
    return new Books(node).number(OPEN.formatted(pool));
  }

  private static boolean isReady(BacklotProcess node) {
    return Api.status(node.management() + "/health/ready") == 200;
  }

  /** Of all pools of the database, as the node itself counts. */
  private static double inUse(BacklotProcess node) {
    return Api.text(node.management() + "/metrics")
        .lines()
        .filter(line -> line.startsWith("vertx_pool_in_use{") && line.contains("\"sql\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
