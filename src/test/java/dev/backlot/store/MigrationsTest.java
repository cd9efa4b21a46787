package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.ConfigException;
import dev.backlot.database.TestDatabase;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  private static final String NEWEST =
      "(SELECT max(installed_rank) FROM flyway_schema_history WHERE version IS NOT NULL)";

  private Vertx vertx;
  private TestDatabase database;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    database = TestDatabase.create(vertx);
  }

  @AfterEach
  void close() {
    database.close();
    Store.await(vertx.close());
  }

  @Test
  void the_application_sees_that_the_schema_is_up_to_date() {
    assertThatCode(() -> Migrations.check(database.config())).doesNotThrowAnyException();
  }

  @Test
  void a_schema_that_the_next_version_has_migrated_is_good_enough() {
    database.execute(
        """
        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,
               checksum, installed_by, execution_time, success)
        VALUES (9999, '9999', 'of the next version', 'SQL', 'V9999__next.sql', 7, 'x', 1, true)""");

    assertThatCode(() -> Migrations.check(database.config())).doesNotThrowAnyException();
    assertThat(Migrations.run(database.config())).isZero();
  }

  @Test
  void a_schema_of_the_version_before_is_too_old_and_the_remedy_is_named() {
    database.execute("DELETE FROM flyway_schema_history WHERE installed_rank = " + NEWEST);

    assertThatThrownBy(() -> Migrations.check(database.config()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("database.migrate: ")
        .hasMessageContaining("older than this version")
        .hasMessageContaining("backlot migrate");
  }

  @Test
  void a_schema_from_before_the_application_could_read_its_history_is_too_old() {
    database.execute("REVOKE SELECT ON flyway_schema_history FROM backlot_app");

    assertThatThrownBy(() -> Migrations.check(database.config()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("older than this version");
  }

  @Test
  void a_schema_that_others_made_is_foreign() {
    database.execute(
        "UPDATE flyway_schema_history SET checksum = 7 WHERE installed_rank = " + NEWEST);

    assertThatThrownBy(() -> Migrations.check(database.config()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did not make");
  }

  /** A table that is altered is needed alone, and who comes later stands behind who wants that. */
  @Test
  void while_a_migration_waits_for_a_long_reader_the_others_go_on() throws Exception {
    CompletableFuture<Integer> migrating;
    try (Connection backup = database.owner();
        Connection serving = database.owner();
        Statement reads = backup.createStatement();
        Statement serves = serving.createStatement()) {
      backup.setAutoCommit(false);
      reads.execute("SELECT count(*) FROM transfer");
      migrating =
          CompletableFuture.supplyAsync(
              () -> Migrations.run(database.config(), Migrations.SCRIPTS, "classpath:db/altering"));
      awaitLockWait();
      serves.execute("SET statement_timeout = '20s'");

      serves.execute("SELECT count(*) FROM transfer");

      assertThat(migrating).isNotDone();
      backup.rollback();
    }
    assertThat(migrating.get(60, TimeUnit.SECONDS)).isOne();
  }

  private void awaitLockWait() {
    Instant patience = Instant.now().plusSeconds(20);
    while (database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
      assertThat(Instant.now()).as("nobody waits for a lock").isBefore(patience);
    }
  }
}
