package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.TestDatabase;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Admissions;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Dispatches.SlotLimit;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Refilled;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A database with one tenant, one account and queued jobs, and the ports over it. */
public final class StoreFixture implements AutoCloseable {
  public static final Instant NOW = Submissions.NOW;
  public static final String POOL = "default";
  public static final String ACCOUNT = "account-a";
  public static final String SLOT_CLASS = "kling-v2-6/video";

  /** Longer than any test takes that does not prolong it. */
  public static final Duration LEASE = Duration.ofSeconds(50);

  static final JobError ERROR = new JobError(ErrorCode.GENERATION_FAILED, "It did not work out.");

  final Store store = new Store();
  public final Vertx vertx = store.vertx;
  public final TestDatabase database = store.database;
  public final PgDispatches dispatches = new PgDispatches(vertx, database.pool(), new Random(1));
  public final PgInputs inputs = new PgInputs(database.pool());
  public final PgEndings endings = new PgEndings(vertx, database.pool(), new Random(2));
  public final PgMembership membership = new PgMembership(vertx, database.pool(), new Random(3));
  public final PgRenderHistory renders = new PgRenderHistory(vertx, database.pool(), new Random(5));
  final PgEventLog log = new PgEventLog(database.pool());
  final Uuid7 ids = new Uuid7(InstantSource.system(), new Random(4));
  public final TenantId tenant = store.tenant("studio", "1000000");

  public static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** A registered node. */
  public NodeLease node(String name) throws Exception {
    NodeLease lease = new NodeLease(new NodeId(UUID.randomUUID()), LEASE, System::nanoTime);
    register(lease, name);
    return lease;
  }

  public void register(NodeLease lease, String name) throws Exception {
    long sentAt = lease.tick();
    lease.renewed(await(membership.register(lease, name)), sentAt);
  }

  public void slots(int limit) throws Exception {
    slots(SLOT_CLASS, limit);
  }

  public void slots(String slotClass, int limit) throws Exception {
    await(
        dispatches.configureSlots(
            List.of(new SlotLimit(POOL, ACCOUNT, slotClass, limit)), NOW.minusSeconds(60)));
  }

  public JobId job() throws Exception {
    return jobs(tenant, 1).get(0);
  }

  /** Queued and reserved, its image kept apart from its input. */
  public JobId largeJob(byte[] image) throws Exception {
    Submission submission = Submissions.large(tenant, "5", image);
    await(store.admissions.admit(List.of(submission), NOW));
    return submission.id();
  }

  /** Queued and reserved, 5 units each, in the order of the answer. */
  public List<JobId> jobs(TenantId owner, int count) throws Exception {
    List<JobId> made = new ArrayList<>(count);
    while (made.size() < count) {
      List<Submission> group =
          Submissions.many(Math.min(count - made.size(), Admissions.MAX_GROUP), owner, "5");
      await(store.admissions.admit(group, NOW));
      group.forEach(each -> made.add(each.id()));
    }
    return made;
  }

  /** Queued and reserved, of another slot class. */
  public List<JobId> jobsOf(String slotClass, int count) throws Exception {
    List<JobId> made = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Submission submission = Submissions.ofClass(tenant, "5", slotClass);
      await(store.admissions.admit(List.of(submission), NOW));
      made.add(submission.id());
    }
    return made;
  }

  /** One whose own events are told somewhere. */
  public JobId jobTelling(JobWebhook webhook) throws Exception {
    Submission submission =
        Submissions.under(
            new Terms(null, null, true, null, null, webhook), Submissions.of(tenant, "5"));
    await(store.admissions.admit(List.of(submission), NOW));
    return submission.id();
  }

  /** Not before then. */
  JobId jobStartingAt(Instant start) throws Exception {
    Submission submission =
        Submissions.under(new Terms(start, null, true, null, null), Submissions.of(tenant, "5"));
    await(store.admissions.admit(List.of(submission), NOW));
    return submission.id();
  }

  Future<List<Claimed>> claiming(NodeLease lease, int limit) {
    return claiming(lease, limit, NOW);
  }

  /** Answers when empty lanes are at rest, too: while they are put there, claims pass over them. */
  Future<List<Claimed>> claiming(NodeLease lease, int limit, Instant now) {
    return dispatches
        .claim(lease, List.of(POOL), List.of(ACCOUNT), List.of(), limit, this::plan, now)
        .compose(claims -> claims.more().map(more -> claims.attempts()));
  }

  /** Whatever fits, of the one account. */
  public Claiming whatFits(NodeLease lease) {
    return whatFits(lease, this::plan);
  }

  Claiming whatFits(NodeLease lease, Dispatches.Planner planner) {
    return new Claiming(
        lease, List.of(POOL), List.of(ACCOUNT), List.of(), Dispatches.MAX_BATCH, planner);
  }

  /** Ends these, and lets queued jobs have their slots. */
  Refilled refill(NodeLease lease, Ending... all) throws Exception {
    return await(endings.finishAndRefill(List.of(all), CancelPolicy.DISCARD, whatFits(lease), NOW));
  }

  public List<Claimed> claim(NodeLease lease, int limit) throws Exception {
    return await(claiming(lease, limit));
  }

  /** Jobs that have not ended. */
  Future<Long> live() {
    return Reads.list(
            database.pool(),
            "SELECT count(*) AS live FROM job WHERE ended_at IS NULL",
            Tuple.tuple(),
            row -> row.getLong("live"))
        .map(rows -> rows.get(0));
  }

  /** Cancels one after the other of these, also again, until all jobs have ended. */
  Future<Void> cancelSome(List<JobId> jobs, Random any) {
    return Loop.untilOver(
        () ->
            store
                .jobs
                .cancel(tenant, jobs.get(any.nextInt(jobs.size())), NOW)
                .compose(done -> live())
                .map(live -> live == 0));
  }

  public Claimed claimOne(NodeLease lease) throws Exception {
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
    return attempt(job, "{}");
  }

  PlannedAttempt attempt(QueuedJob job, String body) {
    return attempt(job, ACCOUNT, body);
  }

  PlannedAttempt attempt(QueuedJob job, String account, String body) {
    AttemptId id = new AttemptId(ids.next());
    return new PlannedAttempt(
        id,
        job.id(),
        account,
        "legacy",
        "/v1/videos/text2video",
        LookupBy.PATH,
        id.externalId("abcd1234"),
        body,
        job.slotClass(),
        job.slots());
  }

  public List<Fact> record(Fact... facts) throws Exception {
    return await(dispatches.record(List.of(facts), NOW));
  }

  /** Claimed, and taken by the provider. */
  public AttemptRef running(NodeLease lease) throws Exception {
    return accepted(claimOne(lease));
  }

  /** Taken by the provider. */
  AttemptRef accepted(Claimed claimed) throws Exception {
    record(new Fact.Accepted(claimed.ref(), "task-" + claimed.ref().id()));
    return claimed.ref();
  }

  List<Ending> finish(CancelPolicy policy, Ending... all) throws Exception {
    return await(endings.finish(List.of(all), policy, NOW)).applied();
  }

  static Ending succeeded(AttemptRef ref, @Nullable String deduction) {
    return new Ending.Succeeded(
        ref,
        new TaskReport.Succeeded(
            "task-" + ref.id(),
            List.of(new Output(0, "video", "5.1", false)),
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

  public void wantCancel(JobId job) {
    database.execute("UPDATE job SET cancel_requested = true WHERE id = '" + job + "'");
  }

  public String state(JobId job) {
    return database.text("SELECT state FROM job WHERE id = '" + job + "'");
  }

  public String attemptState(AttemptRef ref) {
    return database.text("SELECT state FROM attempt WHERE id = '" + ref.id() + "'");
  }

  /** What lanes and their batches count must be the same. */
  public long inFlight() {
    long slots = database.number("SELECT coalesce(sum(in_flight), 0) FROM slot");
    assertThat(database.number("SELECT coalesce(sum(in_flight), 0) FROM lane")).isEqualTo(slots);
    assertThat(database.number("SELECT coalesce(sum(in_flight), 0) FROM batch_lane"))
        .isEqualTo(slots);
    return slots;
  }

  /** available, reserved and spent of the tenant. */
  public String balance() {
    return balance(tenant);
  }

  String balance(TenantId owner) {
    return database.text(
        "SELECT trim_scale(available) || ' ' || trim_scale(reserved) || ' ' || trim_scale(spent)"
            + " FROM balance WHERE tenant_id = '"
            + owner
            + "'");
  }

  /** Transfers of a job in their order, for example {@code reserve 5, settle 3}. */
  public String transfers(JobId job) {
    return database.text(
        "SELECT string_agg(kind || ' ' || trim_scale(amount), ', ' ORDER BY id) FROM transfer"
            + " WHERE job_id = '"
            + job
            + "'");
  }

  /** Versions and types of a job's events in log order. */
  public String events(JobId job) {
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
    store.close();
  }
}
