package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.DatabaseConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P7 in PostgreSQL's own log: statements that fail are there, and nothing of the values
 * that were bound to them.
 */
class QuietDatabaseTest {
  private static final String PROMPT = "canary-prompt-51d0";
  private static final String CONTROL = "canary-control-8a33";
  private static final String REFUSED_ROW =
      "UPDATE job SET input = to_json(?::text) WHERE model = 'kling-v2-6'";
  private static final String REFUSED_JSON = "SELECT ?::text::json";

  @TempDir Path directory;

  @Test
  void failing_statements_are_logged_without_the_prompt_that_was_bound_to_them() throws Exception {
    Map<String, String> settings = Map.of("database.statement-timeout", "3s");
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings)) {
      Api api = backlot.client();
      api.submit("a paper boat");
      timeOutAnAdmission(backlot, api);
      try (Connection app =
          DriverManager.getConnection(backlot.jdbcUrl(), DatabaseConfig.APP, "")) {
        assertFails(app, REFUSED_ROW, PROMPT);
        assertFails(app, REFUSED_JSON, "{" + PROMPT);
      }
      logWithoutOurSettings(backlot);

      // The collector keeps the order: what the control has is behind everything else.
      Eventually.until(
          "the control is logged",
          Duration.ofSeconds(30),
          () -> PostgresLog.of(directory).contains(CONTROL));
      assertThat(PostgresLog.of(directory))
          .contains("canceling statement due to statement timeout")
          .contains("violates check constraint")
          .contains("invalid input syntax for type json")
          .doesNotContain(PROMPT);
      assertThat(backlot.log()).doesNotContain(PROMPT);
    }
  }

  /** The service's own statement, over its own pool, with the prompt in its parameters. */
  private static void timeOutAnAdmission(BacklotProcess backlot, Api api) throws SQLException {
    try (Connection owner =
            DriverManager.getConnection(backlot.jdbcUrl(), DatabaseConfig.OWNER, "");
        Statement statement = owner.createStatement()) {
      owner.setAutoCommit(false);
      statement.execute("LOCK TABLE job IN SHARE MODE");
      String body =
          """
          {"kind":"text2video","input":{"model_name":"kling-v2-6","prompt":"%s","duration":"5"}}"""
              .formatted(PROMPT);
      assertThat(api.post("/api/v1/jobs", body).status()).isBetween(500, 504);
      owner.rollback();
    }
  }

  /** Shows that the log would have it: only a superuser can undo what the server was told. */
  private static void logWithoutOurSettings(BacklotProcess backlot) throws SQLException {
    try (Connection superuser = DriverManager.getConnection(backlot.jdbcUrl(), "postgres", "");
        Statement statement = superuser.createStatement()) {
      statement.execute("SET log_error_verbosity = 'default'");
      statement.execute("SET log_parameter_max_length_on_error = -1");
      assertFails(superuser, REFUSED_ROW, CONTROL);
    }
  }

  private static void assertFails(Connection connection, String sql, String value)
      throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(sql)) {
      prepared.setString(1, value);
      assertThatThrownBy(prepared::execute).isInstanceOf(SQLException.class);
    }
  }
}
