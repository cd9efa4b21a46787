package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Terms;
import dev.backlot.port.EventLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A log in memory that any thread may append to. */
public final class FakeEventLog implements EventLog {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final Instant start;
  private final List<Event> events = new ArrayList<>();
  private final Map<JobId, Job> jobs = new LinkedHashMap<>();
  private final Map<BatchId, TenantId> batches = new LinkedHashMap<>();
  private long removedUpTo;

  /** Positions go on behind it; 0 when nothing was restored. */
  private long base;

  private int tailQueries;
  private int tailQueriesMax;

  /** Counts the queries for one tenant: resumes that memory could not serve. */
  final AtomicInteger replays = new AtomicInteger();

  final AtomicInteger snapshots = new AtomicInteger();

  /** When set, every read fails with it. */
  volatile @Nullable RuntimeException failure;

  public FakeEventLog() {
    this(START);
  }

  /** Events happen a millisecond apart from here on. */
  public FakeEventLog(Instant start) {
    this.start = start;
  }

  synchronized Optional<Job> job(TenantId tenant, JobId id) {
    return Optional.ofNullable(jobs.get(id)).filter(job -> job.tenant().equals(tenant));
  }

  public synchronized Event append(TenantId tenant, JobId id, JobState state) {
    return append(tenant, id, null, state, null);
  }

  public Event append(TenantId tenant, JobId id, JobState state, String data) {
    return append(tenant, id, null, state, data);
  }

  /** The first event of a job of a batch; later ones know it. */
  Event append(TenantId tenant, JobId id, BatchItem item, JobState state) {
    return append(tenant, id, item, state, null);
  }

  private synchronized Event append(
      TenantId tenant, JobId id, @Nullable BatchItem item, JobState state, @Nullable String given) {
    Job before = jobs.get(id);
    int version = before == null ? 1 : before.version() + 1;
    String data =
        given == null ? "{\"state\":\"" + state.text() + "\",\"version\":" + version + "}" : given;
    long position = Math.max(last(), base) + 1;
    Instant at = start.plusMillis(position);
    BatchItem place = before == null ? item : before.terms().batch();
    jobs.put(id, job(tenant, id, place, state, version, at));
    Event event =
        new Event(position, tenant, id, batchOf(place), version, EventTypes.of(state), at, data);
    events.add(event);
    return event;
  }

  /** A new batch without jobs. */
  synchronized BatchId batch(TenantId tenant) {
    BatchId batch = new BatchId(new UUID(0xBA7C, batches.size() + 1));
    batches.put(batch, tenant);
    return batch;
  }

  /** The items whose newest job was canceled. */
  synchronized List<BatchItem> canceledItems(BatchId batch) {
    return newestOfItems(batch)
        .filter(job -> job.state() == JobState.CANCELED)
        .map(job -> job.terms().batch())
        .toList();
  }

  /** What a restore to an earlier point does, and what an operator does then. */
  synchronized void restoreTo(long position) {
    events.removeIf(event -> event.position() > position);
    base = (EventLog.number(Math.max(position, base)) + 1) << EventLog.NUMBER_SHIFT;
  }

  /** What retention does. */
  synchronized void forgetUpTo(long position) {
    events.removeIf(event -> event.position() <= position);
    removedUpTo = position;
  }

  @Override
  public Future<Long> head() {
    return answer(this::last);
  }

  @Override
  public Future<Long> oldest() {
    return answer(() -> removedUpTo + 1);
  }

  @Override
  public Future<List<Event>> after(long position, int limit) {
    countTailQueries(1);
    return answer(() -> after(position).limit(limit).toList())
        .onComplete(answered -> countTailQueries(-1));
  }

  private synchronized void countTailQueries(int more) {
    tailQueries += more;
    tailQueriesMax = Math.max(tailQueriesMax, tailQueries);
  }

  synchronized int tailQueriesAtOnceMax() {
    return tailQueriesMax;
  }

  @Override
  public Future<Optional<Long>> head(TenantId tenant, BatchId batch) {
    return answer(() -> owned(tenant, batch).map(found -> last()));
  }

  @Override
  public Future<List<Event>> after(TenantId tenant, Selection selection, long position, int limit) {
    replays.incrementAndGet();
    return answer(
        () ->
            after(position)
                .filter(event -> event.tenant().equals(tenant))
                .filter(
                    event ->
                        selection.isAll()
                            || selection.jobs().contains(event.job())
                            || (event.batch() != null
                                && selection.batches().contains(event.batch())))
                .limit(limit)
                .toList());
  }

  @Override
  public Future<Snapshot> snapshot(TenantId tenant, Set<JobId> wanted, int limit) {
    snapshots.incrementAndGet();
    return answer(
        () ->
            snapshot(
                jobs.values().stream()
                    .filter(job -> job.tenant().equals(tenant))
                    .filter(
                        job ->
                            wanted.isEmpty()
                                ? !job.state().isTerminal()
                                : wanted.contains(job.id())),
                limit,
                Map.of()));
  }

  @Override
  public Future<Optional<Snapshot>> snapshot(TenantId tenant, BatchId batch, int limit) {
    return answer(
        () ->
            owned(tenant, batch)
                .map(
                    found ->
                        snapshot(
                            newestOfItems(batch).filter(job -> !job.state().isTerminal()),
                            limit,
                            newestOfItems(batch)
                                .collect(
                                    Collectors.groupingBy(Job::state, Collectors.counting())))));
  }

  private Snapshot snapshot(Stream<Job> found, int limit, Map<JobState, Long> counts) {
    return new Snapshot(
        last(),
        found.sorted(Comparator.comparing(Job::id).reversed()).limit(limit).toList(),
        counts);
  }

  private Optional<BatchId> owned(TenantId tenant, BatchId batch) {
    return tenant.equals(batches.get(batch)) ? Optional.of(batch) : Optional.empty();
  }

  private Stream<Job> newestOfItems(BatchId batch) {
    Map<BatchItem, Job> newest = new LinkedHashMap<>();
    jobs.values().stream()
        .filter(job -> batch.equals(batchOf(job.terms().batch())))
        .sorted(Comparator.comparing(Job::id))
        .forEach(job -> newest.put(Objects.requireNonNull(job.terms().batch()), job));
    return newest.values().stream();
  }

  private static @Nullable BatchId batchOf(@Nullable BatchItem item) {
    return item == null ? null : new BatchId(item.batch());
  }

  private long last() {
    return events.isEmpty() ? removedUpTo : events.get(events.size() - 1).position();
  }

  private Stream<Event> after(long position) {
    if (base > 0) {
      return events.stream().filter(event -> event.position() > position);
    }
    int from = (int) Math.max(0, Math.min(events.size(), position - removedUpTo));
    return events.subList(from, events.size()).stream();
  }

  /** Answers later, on the caller's event loop, as a database client does. */
  private <T> Future<T> answer(Supplier<T> read) {
    Promise<T> promise = Promise.promise();
    Vertx.currentContext().runOnContext(later -> promise.handle(read(read)));
    return promise.future();
  }

  private synchronized <T> Future<T> read(Supplier<T> read) {
    RuntimeException broken = failure;
    return broken == null ? Future.succeededFuture(read.get()) : Future.failedFuture(broken);
  }

  /** The whole log, for a test to compare with. */
  synchronized List<Event> all() {
    return List.copyOf(events);
  }

  private Job job(
      TenantId tenant,
      JobId id,
      @Nullable BatchItem item,
      JobState state,
      int version,
      Instant at) {
    return new Job(
        id,
        tenant,
        900000000000000001L,
        "text2video",
        "kling-v2-6",
        "{\"prompt\":\"c4nary\"}",
        "{}",
        0,
        state,
        version,
        false,
        false,
        Asset.VIDEO_UNIT,
        Credits.of("1"),
        null,
        "2026-01",
        null,
        List.of(),
        start,
        at,
        null,
        null,
        new Terms(start, null, true, null, item),
        null);
  }
}
