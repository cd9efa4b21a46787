package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Store.failure;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DatabaseConfig.Failover;
import dev.backlot.config.DatabaseTls;
import dev.backlot.database.OwnServer;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.node.CommitGate;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary whose commits wait for a standby that is not there. */
class MissingStandbyTest {
  private static final String WAITS = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
  private static final String COMMIT_WAITS =
      "SELECT count(*) > 0 " + WAITS + " AND query = 'COMMIT'";
  private static final String CANCEL = "SELECT pg_cancel_backend(pid) " + WAITS;
  private static final Duration STATEMENT = Duration.ofMillis(300);

  @TempDir static Path directory;
  private static Vertx vertx;
  private static OwnServer primary;

  private CommitGate gate;
  private Pool pool;
  private TenantId tenant;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    primary = OwnServer.start(directory.resolve("primary"));
    primary.execute("GRANT pg_read_all_stats TO backlot_app");
  }

  @AfterAll
  static void stop() {
    primary.close();
    await(vertx.close());
  }

  /** A tenant with credit, and then no standby any more. */
  @BeforeEach
  void open() {
    gate = new CommitGate(System::nanoTime);
    pool = pool(Duration.ofSeconds(20));
    PgKeys keys = new PgKeys(vertx, pool, new Random(2), UUID::randomUUID);
    tenant = await(keys.create("t" + UUID.randomUUID(), Set.of(Scope.SUBMIT), NOW)).tenant();
    PgCreditLedger ledger = new PgCreditLedger(vertx, pool, new Random(3));
    await(ledger.grant(tenant, Asset.VIDEO_UNIT, Credits.of("100"), "test", NOW));
    waitFor("nobody");
  }

  @AfterEach
  void close() {
    waitFor("");
    primary.await("SELECT count(*) = 0 " + WAITS);
    await(pool.close());
  }

  @Test
  void a_commit_whose_wait_was_cancelled_is_not_taken_for_done() {
    Future<List<Admission>> admitted = admit(Submissions.of(tenant, "1"), Duration.ofSeconds(2));
    primary.await(COMMIT_WAITS);
    primary.execute(CANCEL);
    // The group is stored again, and waits once more; whoever is patient sees it in doubt.
    assertThat(failure(admitted)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
  }

  @Test
  void a_single_statement_whose_wait_was_cancelled_is_not_taken_for_done() {
    Future<Long> registered = new PgMembership(vertx, pool, new Random(1)).register(lease(), "one");
    primary.await("SELECT count(*) > 0 " + WAITS);
    primary.execute(CANCEL);

    assertThat(failure(registered)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
  }

  @Test
  void the_statement_time_out_does_not_end_the_wait_of_a_commit() {
    Pool hasty = pool(STATEMENT);
    try {
      Future<List<Admission>> admitted =
          admissions(hasty, Duration.ofSeconds(20))
              .admit(List.of(Submissions.of(tenant, "1")), NOW);
      primary.await(
          COMMIT_WAITS + " AND clock_timestamp() - query_start > interval '%d ms'".formatted(450));

      assertThat(admitted.isComplete()).isFalse();
      waitFor("");
      assertThat(await(admitted)).singleElement().isInstanceOf(Admission.Accepted.class);
    } finally {
      await(hasty.close());
    }
  }

  @Test
  void a_repeat_of_what_was_committed_on_the_primary_alone_waits_for_the_standby_too() {
    Submission first = Submissions.keyed(tenant, "1", "key", "body");
    Future<List<Admission>> admitted = admit(first, Duration.ofSeconds(1));
    primary.await(COMMIT_WAITS);
    primary.execute(CANCEL);
    failure(admitted);
    primary.execute(CANCEL);
    primary.await("SELECT count(*) > 0 FROM job WHERE tenant_id = '" + tenant.value() + "'");

    Future<List<Admission>> repeated =
        admit(Submissions.keyed(tenant, "1", "key", "body"), Duration.ofSeconds(2));

    assertThat(failure(repeated)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
  }

  @Test
  void behind_a_shut_gate_nothing_is_sent_and_reads_are_answered() {
    gate.shut();

    assertThat(failure(admit(Submissions.of(tenant, "1"), Duration.ofMillis(200))))
        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(failure(new PgMembership(vertx, pool, new Random(1)).heartbeat(lease())))
        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(await(new PgEventLog(pool).head())).isNotNull();
    primary.await("SELECT count(*) = 0 " + WAITS);
  }

  /** It may stay shut for hours, and the groups behind would each wait for the one before. */
  @Test
  void behind_a_shut_gate_a_group_is_refused_at_once() {
    gate.shut();
    Duration deadline = Duration.ofSeconds(20);
    long asked = System.nanoTime();

    failure(admit(Submissions.of(tenant, "1"), deadline));

    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(deadline.dividedBy(4));
  }

  /** Of eight connections commits get six. Those that wait for a turn have it in the end. */
  @Test
  void commits_that_hang_before_the_gate_shuts_leave_connections_to_read_over() {
    PgKeys keys = new PgKeys(vertx, pool, new Random(9), UUID::randomUUID);
    List<Future<?>> made = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      made.add(keys.create("k" + UUID.randomUUID(), Set.of(Scope.SUBMIT), NOW));
    }
    primary.await("SELECT count(*) >= 6 " + WAITS);

    assertThat(await(new PgEventLog(pool).head())).isNotNull();
    waitFor("");
    made.forEach(each -> assertThat(await(each)).isNotNull());
  }

  @Test
  void that_commits_would_wait_is_seen_without_one() {
    PgDurability durability = new PgDurability(pool, Failover.SYNCHRONOUS);

    assertThat(await(durability.commitsWait())).isTrue();
    waitFor("");
    assertThat(await(durability.commitsWait())).isFalse();
  }

  @Test
  void a_commit_that_hangs_is_a_sign_also_where_standbys_cannot_be_seen() {
    primary.execute("REVOKE pg_read_all_stats FROM backlot_app");
    PgDurability durability = new PgDurability(pool, Failover.SYNCHRONOUS);
    try {
      assertThat(await(durability.commitsWait())).isFalse();
      admit(Submissions.of(tenant, "1"), Duration.ofSeconds(1));
      primary.await(COMMIT_WAITS + " AND clock_timestamp() - query_start > interval '3 s'");

      // How long it has worked before nobody can see: once it may wait for this moment only.
      assertThat(await(durability.commitsWait())).isFalse();
      assertThat(await(durability.commitsWait())).isTrue();
    } finally {
      primary.execute("GRANT pg_read_all_stats TO backlot_app");
    }
  }

  /** A wait would outlive the connection, on the server, and another follows within seconds. */
  @Test
  void looking_for_other_nodes_waits_for_no_standby() {
    InetSocketAddress ours = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7800);
    PgClusterPeers peers =
        new PgClusterPeers(config(Duration.ofSeconds(1), Duration.ofSeconds(20)));

    assertThat(peers.exchange(ours)).containsExactly(ours);
    peers.leave(ours);
    primary.await("SELECT count(*) = 0 " + WAITS);
  }

  @Test
  void without_the_promise_of_a_standby_nobody_looks_for_one() {
    assertThat(await(new PgDurability(pool, Failover.MANAGED).commitsWait())).isFalse();
  }

  private Future<List<Admission>> admit(Submission submission, Duration deadline) {
    return admissions(pool, deadline).admit(List.of(submission), NOW);
  }

  private static PgAdmissions admissions(Pool through, Duration deadline) {
    return new PgAdmissions(vertx, through, new Random(5), deadline, System::nanoTime);
  }

  private static NodeLease lease() {
    return new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofSeconds(10), System::nanoTime);
  }

  private static void waitFor(String standbys) {
    primary.execute(
        "ALTER SYSTEM SET synchronous_standby_names = '" + standbys + "'",
        "SELECT pg_reload_conf()");
    primary.await("SELECT current_setting('synchronous_standby_names') = '" + standbys + "'");
  }

  private Pool pool(Duration statement) {
    return Pools.create(vertx, config(Duration.ofSeconds(10), statement), "backlot test", gate);
  }

  private static DatabaseConfig config(Duration connect, Duration statement) {
    DatabaseConfig config = primary.config("127.0.0.1", DatabaseTls.DISABLED);
    return new DatabaseConfig(
        config.mode(),
        config.directory(),
        config.host(),
        config.port(),
        config.name(),
        config.migrates(),
        config.ownerUser(),
        config.ownerPassword(),
        config.appUser(),
        config.appPassword(),
        8,
        100,
        config.tls(),
        config.failover(),
        connect,
        statement,
        config.commitDeadline());
  }
}
