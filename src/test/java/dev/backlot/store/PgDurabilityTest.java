package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig.Failover;
import dev.backlot.config.DatabaseTls;
import dev.backlot.database.OwnServer;
import dev.backlot.database.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a primary and a hot standby of its own. */
class PgDurabilityTest {
  private static final String SYNCHRONOUS =
      "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
  private static final String ASYNCHRONOUS =
      "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'async'";

  @TempDir static Path directory;
  private static Vertx vertx;
  private static OwnServer primary;
  private static OwnServer standby;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    Path first = directory.resolve("primary");
    Path second = directory.resolve("standby");
    OwnServer.start(first).close();
    OwnServer.copyForStandby(first, second);
    primary = OwnServer.start(first);
    standby = OwnServer.startStandby(second, primary);
  }

  @AfterAll
  static void stop() {
    try {
      standby.close();
      primary.close();
    } finally {
      Store.await(vertx.close());
    }
  }

  /** A standby that is followed, and a role that may see it. */
  @BeforeEach
  void asItShouldBe() {
    primary.execute(
        "GRANT pg_read_all_stats TO backlot_app",
        "ALTER ROLE backlot_app RESET ALL",
        "ALTER SYSTEM SET synchronous_standby_names = '*'",
        "SELECT pg_reload_conf()");
    primary.await(SYNCHRONOUS);
  }

  @Test
  void a_synchronous_standby_is_all_that_is_asked_for() {
    assertThat(shortcomings(Failover.SYNCHRONOUS)).isEmpty();
  }

  @Test
  void commits_that_wait_for_no_standby_are_told() {
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()");
    primary.await(ASYNCHRONOUS);

    assertThat(shortcomings(Failover.SYNCHRONOUS))
        .singleElement()
        .asString()
        .contains("synchronous_standby_names is empty");
    assertThat(shortcomings(Failover.NONE)).isEmpty();
  }

  @Test
  void a_standby_that_is_not_the_named_one_is_none() {
    primary.execute(
        "ALTER SYSTEM SET synchronous_standby_names = 'elsewhere'", "SELECT pg_reload_conf()");
    primary.await(ASYNCHRONOUS);

    assertThat(shortcomings(Failover.SYNCHRONOUS))
        .singleElement()
        .asString()
        .contains("no synchronous standby is connected");
  }

  @Test
  void a_role_that_may_not_look_is_told_what_it_needs() {
    primary.execute("REVOKE pg_read_all_stats FROM backlot_app");

    assertThat(shortcomings(Failover.SYNCHRONOUS))
        .singleElement()
        .asString()
        .contains("GRANT pg_read_all_stats TO");
  }

  @Test
  void a_role_whose_commits_wait_only_for_the_primary_has_no_standby() {
    primary.execute("ALTER ROLE backlot_app SET synchronous_commit = local");

    assertThat(shortcomings(Failover.SYNCHRONOUS))
        .singleElement()
        .asString()
        .contains("synchronous_commit is local");
    assertThat(shortcomings(Failover.NONE)).isEmpty();
  }

  @Test
  void a_standby_that_only_has_to_hear_of_a_commit_is_not_enough() {
    primary.execute("ALTER ROLE backlot_app SET synchronous_commit = remote_write");

    assertThat(shortcomings(Failover.SYNCHRONOUS))
        .singleElement()
        .asString()
        .contains("synchronous_commit is remote_write");
  }

  @Test
  void a_server_that_does_not_write_through_keeps_nothing() {
    try (TestDatabase careless = TestDatabase.create(vertx)) {
      assertThat(Store.await(new PgDurability(careless.pool(), Failover.NONE).shortcomings()))
          .containsExactly(
              "synchronous_commit is off: set it to on in PostgreSQL.",
              "fsync is off: set it to on in PostgreSQL.",
              "full_page_writes is off: set it to on in PostgreSQL.");
    }
  }

  @Test
  void with_a_managed_server_only_a_commit_that_waits_for_nothing_is_told() {
    try (TestDatabase careless = TestDatabase.create(vertx)) {
      assertThat(Store.await(new PgDurability(careless.pool(), Failover.MANAGED).shortcomings()))
          .containsExactly("synchronous_commit is off: set it to on in PostgreSQL.");
    }
  }

  private static List<String> shortcomings(Failover failover) {
    Pool pool = primary.pool(vertx, "127.0.0.1", DatabaseTls.DISABLED);
    try {
      return Store.await(new PgDurability(pool, failover).shortcomings());
    } finally {
      Store.await(pool.close());
    }
  }
}
