package dev.backlot.store;

import dev.backlot.database.TestDatabase;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Dispatches.SlotLimit;
import dev.backlot.port.Endings.Ending;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A database with one tenant, one account and queued jobs, and the ports over it. */
final class StoreFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final String POOL = "main";
  static final String ACCOUNT = "account-a";
  static final String SLOT_CLASS = "kling-v2-6/video";
  static final Duration LEASE = Duration.ofSeconds(10);
  static final JobError ERROR = new JobError(ErrorCode.GENERATION_FAILED, "It did not work out.");

  private static final String INSERT_JOB =
      """
      INSERT INTO job (id, tenant_id, api_key_id, kind, model, input, metadata, priority, state,
                       pool_id, slot_class, slots, sort_key, start_at, asset, cost, price_version,
                       accepted_at, updated_at)
      VALUES (?, ?, 'key', 'text2video', 'kling-v2-6', '{"prompt":"a boat"}', '{}', 0, 'queued',
              'main', ?, 1, ?, ?, 'video_unit', ?, 'v1', ?, ?)""";

  final Vertx vertx = Vertx.vertx();
  final TestDatabase database = TestDatabase.create(vertx);
  final PgDispatches dispatches = new PgDispatches(vertx, database.pool(), new Random(1));
  final PgEndings endings = new PgEndings(vertx, database.pool(), new Random(2));
  final PgMembership membership = new PgMembership(vertx, database.pool(), new Random(3));
  final PgEventLog log = new PgEventLog(database.pool());
  final Uuid7 ids = new Uuid7(InstantSource.system(), new Random(4));
  final TenantId tenant = tenant("studio", "1000000");

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** A registered node. */
  NodeLease node(String name) throws Exception {
    NodeLease lease = new NodeLease(new NodeId(UUID.randomUUID()), LEASE, System::nanoTime);
    register(lease, name);
    return lease;
  }

  void register(NodeLease lease, String name) throws Exception {
    long sentAt = lease.tick();
    lease.renewed(await(membership.register(lease, name)), sentAt);
  }

  TenantId tenant(String name, String granted) {
    UUID id = UUID.randomUUID();
    database.execute(
        "INSERT INTO tenant (id, name, created_at) VALUES ('%s', '%s', now())".formatted(id, name),
        """
        INSERT INTO ledger_account (tenant_id, role, asset)
          SELECT '%s', role, 'video_unit' FROM unnest(ARRAY['available', 'reserved', 'spent']) AS role
        """
            .formatted(id),
        """
        INSERT INTO balance (tenant_id, asset, available_account, reserved_account, spent_account,
                             available)
          SELECT '%1$s', 'video_unit',
                 (SELECT id FROM ledger_account WHERE tenant_id = '%1$s' AND role = 'available'),
                 (SELECT id FROM ledger_account WHERE tenant_id = '%1$s' AND role = 'reserved'),
                 (SELECT id FROM ledger_account WHERE tenant_id = '%1$s' AND role = 'spent'), %2$s
        """
            .formatted(id, granted),
        """
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, reference, at)
          SELECT 'grant', (SELECT id FROM ledger_account WHERE role = 'granted' AND asset = 'video_unit'),
                 available_account, 'video_unit', available, 'first', now()
            FROM balance WHERE tenant_id = '%s'
        """
            .formatted(id));
    return new TenantId(id);
  }

  void slots(int limit) throws Exception {
    await(
        dispatches.configureSlots(
            List.of(new SlotLimit(POOL, ACCOUNT, SLOT_CLASS, limit)), NOW.minusSeconds(60)));
  }

  JobId job() {
    return jobs(tenant, 1).get(0);
  }

  /** Queued and reserved, 5 units each, in the order of the answer. */
  List<JobId> jobs(TenantId owner, int count) {
    List<JobId> made = new ArrayList<>(count);
    try (Connection connection = database.owner();
        PreparedStatement insert = connection.prepareStatement(INSERT_JOB)) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        UUID id = ids.next();
        OffsetDateTime at = NOW.minusSeconds(60).plusNanos(i * 1000L).atOffset(ZoneOffset.UTC);
        insert.setObject(1, id);
        insert.setObject(2, owner.value());
        insert.setString(3, SLOT_CLASS);
        insert.setObject(4, at);
        insert.setObject(5, at);
        insert.setBigDecimal(6, Credits.of("5").value());
        insert.setObject(7, at);
        insert.setObject(8, at);
        insert.addBatch();
        made.add(new JobId(id));
      }
      insert.executeBatch();
      reserve(connection, owner);
      connection.commit();
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
    return made;
  }

  private static void reserve(Connection connection, TenantId owner) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          WITH opened AS (
            INSERT INTO reservation (job_id, tenant_id, asset, amount, opened_at)
              SELECT id, tenant_id, asset, cost, accepted_at FROM job
               WHERE tenant_id = '%1$s' AND NOT EXISTS
                     (SELECT 1 FROM reservation WHERE reservation.job_id = job.id)
            RETURNING job_id, amount),
          moved AS (
            INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, at)
              SELECT 'reserve', available_account, reserved_account, 'video_unit', amount, job_id,
                     now()
                FROM opened, balance WHERE tenant_id = '%1$s')
          UPDATE balance SET available = available - total, reserved = reserved + total
            FROM (SELECT coalesce(sum(amount), 0) AS total FROM opened) AS sums
           WHERE tenant_id = '%1$s'
          """
              .formatted(owner.value()));
      statement.execute(
          """
          INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
            SELECT tenant_id, id, 1, 'job.queued', accepted_at, '{"state":"queued","version":1}'
              FROM job WHERE tenant_id = '%s' AND NOT EXISTS
                   (SELECT 1 FROM event WHERE event.job_id = job.id)
          """
              .formatted(owner.value()));
    }
  }

  Future<List<Claimed>> claiming(NodeLease lease, int limit) {
    return dispatches.claim(lease, List.of(POOL), List.of(ACCOUNT), limit, this::plan, NOW);
  }

  List<Claimed> claim(NodeLease lease, int limit) throws Exception {
    return await(claiming(lease, limit));
  }

  Claimed claimOne(NodeLease lease) throws Exception {
    return claim(lease, 1).get(0);
  }

  /** Takes whatever fits, first come first served. */
  List<PlannedAttempt> plan(List<QueuedJob> jobs, List<FreeSlots> slots) {
    Map<String, Integer> free = new HashMap<>();
    slots.forEach(each -> free.put(each.slotClass(), each.free()));
    List<PlannedAttempt> planned = new ArrayList<>();
    for (QueuedJob job : jobs) {
      if (free.getOrDefault(job.slotClass(), 0) >= job.slots()) {
        free.merge(job.slotClass(), -job.slots(), Integer::sum);
        planned.add(attempt(job));
      }
    }
    return planned;
  }

  PlannedAttempt attempt(QueuedJob job) {
    AttemptId id = new AttemptId(ids.next());
    return new PlannedAttempt(
        id,
        job.id(),
        ACCOUNT,
        "legacy",
        "/v1/videos/text2video",
        id.externalId("abcd1234"),
        "{}",
        job.slotClass(),
        job.slots());
  }

  List<Fact> record(Fact... facts) throws Exception {
    return await(dispatches.record(List.of(facts), NOW));
  }

  /** Claimed, and taken by the provider. */
  AttemptRef running(NodeLease lease) throws Exception {
    AttemptRef ref = claimOne(lease).ref();
    record(new Fact.Accepted(ref, "task-" + ref.id()));
    return ref;
  }

  List<Ending> finish(CancelPolicy policy, Ending... all) throws Exception {
    return await(endings.finish(List.of(all), policy, NOW));
  }

  static Ending succeeded(AttemptRef ref, @Nullable String deduction) {
    return new Ending.Succeeded(
        ref,
        new TaskReport.Succeeded(
            "task-" + ref.id(),
            List.of(new Output(0, "video", "5.1")),
            credits(deduction),
            "{\"secret\":\"url\"}"));
  }

  static Ending failed(AttemptRef ref, @Nullable String deduction) {
    return new Ending.Failed(ref, ERROR, credits(deduction), "{}");
  }

  static Ending tryAgain(AttemptRef ref, @Nullable String deduction) {
    return new Ending.TryAgain(ref, ERROR, credits(deduction), null, "{}");
  }

  static Fact backToQueue(AttemptRef ref, Dispatches.Closing why, boolean counted) {
    return new Fact.BackToQueue(ref, why, counted, null, "busy", false);
  }

  private static @Nullable Credits credits(@Nullable String amount) {
    return amount == null ? null : Credits.of(amount);
  }

  void wantCancel(JobId job) {
    database.execute("UPDATE job SET cancel_requested = true WHERE id = '" + job + "'");
  }

  String state(JobId job) {
    return database.text("SELECT state FROM job WHERE id = '" + job + "'");
  }

  String attemptState(AttemptRef ref) {
    return database.text("SELECT state FROM attempt WHERE id = '" + ref.id() + "'");
  }

  long inFlight() {
    return database.number("SELECT coalesce(sum(in_flight), 0) FROM slot");
  }

  /** available, reserved and spent of the tenant. */
  String balance() {
    return database.text(
        "SELECT trim_scale(available) || ' ' || trim_scale(reserved) || ' ' || trim_scale(spent)"
            + " FROM balance WHERE tenant_id = '"
            + tenant
            + "'");
  }

  /** Transfers of a job in their order, for example {@code reserve 5, settle 3}. */
  String transfers(JobId job) {
    return database.text(
        "SELECT string_agg(kind || ' ' || trim_scale(amount), ', ' ORDER BY id) FROM transfer"
            + " WHERE job_id = '"
            + job
            + "'");
  }

  /** Versions and types of a job's events in log order. */
  String events(JobId job) {
    return database.text(
        "SELECT string_agg(job_version || ' ' || substr(type, 5), ', ' ORDER BY position)"
            + " FROM event WHERE job_id = '"
            + job
            + "'");
  }

  String lastEventData(JobId job) {
    return database.text(
        "SELECT data FROM event WHERE job_id = '" + job + "' ORDER BY position DESC LIMIT 1");
  }

  @Override
  public void close() throws Exception {
    database.close();
    await(vertx.close());
  }
}
