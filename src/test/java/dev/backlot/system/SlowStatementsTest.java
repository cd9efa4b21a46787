package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every ordinary connection waits behind a lock, as during the ALTER TABLE of a migration. */
class SlowStatementsTest {
  private static final int POOL = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "database.pool-size", String.valueOf(POOL),
          "node.lease", "4s",
          "node.heartbeat", "300ms");

  private static final String BUSY =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'backlot %'"
          + " AND application_name NOT LIKE 'backlot lease %' AND wait_event_type = 'Lock'";

  @Test
  void a_node_all_of_whose_connections_are_busy_keeps_its_lease_and_stays_ready(
      @TempDir Path directory) throws Exception {
    try (BacklotProcess node = BacklotProcess.start(directory, SETTINGS);
        Connection blocker = superuser(node);
        Connection watcher = superuser(node)) {
      String epoch = text(watcher, "SELECT epoch FROM node");
      blocker.setAutoCommit(false);
      text(blocker, "LOCK TABLE job IN ACCESS EXCLUSIVE MODE");
      String lockedAt = text(watcher, "SELECT now()");
      for (int i = 0; i < 2 * POOL; i++) {
        askForJobs(node);
      }
      Eventually.until(
          "all ordinary connections wait",
          PATIENCE,
          () -> text(watcher, BUSY).equals(String.valueOf(POOL)));

      Eventually.until(
          "a heartbeat three leases later",
          PATIENCE,
          () -> {
            assertThat(Api.status(node.management() + "/health/ready")).isEqualTo(200);
            return text(
                    watcher,
                    "SELECT heartbeat_at > '"
                        + lockedAt
                        + "'::timestamptz + interval '12s' FROM node")
                .equals("t");
          });

      assertThat(text(watcher, BUSY)).as("still").isEqualTo(String.valueOf(POOL));
      assertThat(text(watcher, "SELECT epoch FROM node")).isEqualTo(epoch);
      blocker.rollback();
    }
  }

  private static void askForJobs(BacklotProcess node) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(node.api() + "/api/v1/jobs"))
            .header("Authorization", "Bearer " + node.demoKey())
            .build();
    var unused =
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.discarding());
  }

  private static Connection superuser(BacklotProcess node) throws SQLException {
    return DriverManager.getConnection(node.jdbcUrl(), "postgres", "");
  }

  /** The first column of the first row; empty when there is none. */
  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      ResultSet row = statement.getResultSet();
      return row.next() ? row.getString(1) : "";
    }
  }
}
