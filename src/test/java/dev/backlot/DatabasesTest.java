package dev.backlot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.ConfigException;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasesTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(vertx);
  private final List<String> progress = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    database.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void a_database_that_keeps_too_little_is_not_even_migrated() {
    DatabaseConfig unreachable = database.config().withPort(1);

    assertThatThrownBy(
            () ->
                Databases.prepare(
                    unreachable,
                    () -> Future.succeededFuture(List.of("One.", "Two.")),
                    progress::add))
        .isInstanceOf(ConfigException.class)
        .hasMessage("database.failover: PostgreSQL keeps less than this promises: One. Two.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '001'",
        "DROP TABLE flyway_schema_history"
      })
  void a_database_that_is_not_ours_or_was_changed_is_named_and_left_alone(String change) {
    database.execute(change);

    assertThatThrownBy(
            () ->
                Databases.prepare(
                    database.config(), () -> Future.succeededFuture(List.of()), progress::add))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("database.name: the database " + database.config().name() + " on ")
        .hasMessageContaining("Nothing was touched: name an empty one");
  }

  @Test
  void a_database_that_keeps_its_commits_is_migrated() {
    Databases.prepare(database.config(), () -> Future.succeededFuture(List.of()), progress::add);

    assertThat(progress).last().asString().contains("schema");
  }
}
