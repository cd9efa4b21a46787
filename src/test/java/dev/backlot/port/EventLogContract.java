package dev.backlot.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog.Event;
import dev.backlot.port.EventLog.Selection;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What every {@link EventLog} has to keep, whatever stands behind it. */
public abstract class EventLogContract {
  protected abstract Vertx vertx();

  /** Empty at first. */
  protected abstract EventLog log();

  protected abstract TenantId tenant();

  protected abstract TenantId otherTenant();

  /** A new job, younger than those before it, with its first event. */
  protected abstract JobId queue(TenantId tenant) throws Exception;

  /** The job's next event, which is its last. */
  protected abstract void cancel(TenantId tenant, JobId job) throws Exception;

  /** A new batch of so many jobs, each with its first event, in the order of their items. */
  protected abstract BatchId batch(TenantId tenant, int items) throws Exception;

  /** Repeats the canceled jobs of a batch by new ones, each with its first event. */
  protected abstract void repeatCanceled(TenantId tenant, BatchId batch) throws Exception;

  /** What retention does: it always leaves the last event. */
  protected abstract void forgetUpTo(long position);

  @Test
  void an_empty_log_has_its_head_at_zero_and_expects_its_first_event_at_one() throws Exception {
    assertThat(head()).isZero();
    assertThat(oldest()).isOne();
    assertThat(after(0, 10)).isEmpty();
  }

  @Test
  void the_log_is_read_on_from_a_position() throws Exception {
    JobId job = queue(tenant());
    cancel(tenant(), job);

    List<Event> all = after(0, 10);

    assertThat(all).extracting(Event::type).containsExactly("job.queued", "job.canceled");
    assertThat(all).extracting(Event::job).containsOnly(job);
    assertThat(all).extracting(Event::tenant).containsOnly(tenant());
    assertThat(all).extracting(Event::jobVersion).containsExactly(1, 2);
    assertThat(after(all.get(0).position(), 10)).containsExactly(all.get(1));
    assertThat(after(all.get(1).position(), 10)).isEmpty();
  }

  @Test
  void positions_rise_and_the_ends_of_the_log_are_known() throws Exception {
    queueMany(3);

    List<Event> all = after(0, 10);

    assertThat(all).extracting(Event::position).isSorted().doesNotHaveDuplicates();
    assertThat(head()).isEqualTo(all.get(2).position());
    assertThat(oldest()).isEqualTo(all.get(0).position());
  }

  @Test
  void no_more_is_read_than_was_asked_for() throws Exception {
    queueMany(3);
    List<Event> all = after(0, 10);

    assertThat(after(0, 2)).isEqualTo(all.subList(0, 2));
    assertThat(ofTenant(tenant(), Selection.ALL, 2)).isEqualTo(all.subList(0, 2));
  }

  @Test
  void a_tenant_reads_its_own_events_only() throws Exception {
    queue(tenant());
    JobId theirs = queue(otherTenant());

    assertThat(ofTenant(otherTenant(), Selection.ALL, 10))
        .extracting(Event::job)
        .containsExactly(theirs);
    assertThat(ofTenant(tenant(), jobs(theirs), 10)).isEmpty();
  }

  @Test
  void events_may_be_narrowed_to_some_jobs() throws Exception {
    List<JobId> jobs = queueMany(3);

    assertThat(ofTenant(tenant(), jobs(jobs.get(0), jobs.get(2)), 10))
        .extracting(Event::job)
        .containsExactly(jobs.get(0), jobs.get(2));
  }

  @Test
  void events_know_the_batch_of_their_job() throws Exception {
    queue(tenant());
    BatchId batch = batch(tenant(), 1);

    assertThat(after(0, 10)).extracting(Event::batch).containsExactly(null, batch);
  }

  @Test
  void events_may_be_narrowed_to_a_batch() throws Exception {
    BatchId first = batch(tenant(), 2);
    queue(tenant());
    BatchId second = batch(tenant(), 1);
    batch(tenant(), 1);

    assertThat(ofTenant(tenant(), batches(first), 10)).hasSize(2);
    assertThat(ofTenant(tenant(), batches(first), 10)).extracting(Event::batch).containsOnly(first);
    assertThat(ofTenant(tenant(), batches(first, second), 10))
        .extracting(Event::batch)
        .containsExactly(first, first, second);
  }

  @Test
  void events_of_jobs_and_batches_together_come_once_each_and_in_order() throws Exception {
    JobId single = queue(tenant());
    BatchId batch = batch(tenant(), 3);
    List<Event> ofBatch = ofTenant(tenant(), batches(batch), 10);
    JobId member = ofBatch.get(1).job();
    cancel(tenant(), single);
    cancel(tenant(), member);

    Selection both = new Selection(Set.of(single, member), Set.of(batch));

    assertThat(ofTenant(tenant(), both, 10)).isEqualTo(after(0, 10));
    assertThat(ofTenant(tenant(), both, 3)).isEqualTo(after(0, 3));
  }

  @Test
  void a_batch_is_read_on_from_a_position_a_page_at_a_time() throws Exception {
    BatchId batch = batch(tenant(), 3);
    List<Event> all = ofTenant(tenant(), batches(batch), 10);

    List<Event> page = read(log -> log.after(tenant(), batches(batch), all.get(0).position(), 1));

    assertThat(page).containsExactly(all.get(1));
  }

  @Test
  void a_job_that_joins_a_batch_later_is_read_with_it() throws Exception {
    BatchId batch = batch(tenant(), 2);
    cancel(tenant(), ofTenant(tenant(), batches(batch), 10).get(0).job());

    repeatCanceled(tenant(), batch);

    assertThat(ofTenant(tenant(), batches(batch), 10))
        .extracting(Event::type)
        .containsExactly("job.queued", "job.queued", "job.canceled", "job.queued");
  }

  @Test
  void another_tenants_batch_is_not_there() throws Exception {
    BatchId theirs = batch(otherTenant(), 1);

    assertThat(ofTenant(tenant(), batches(theirs), 10)).isEmpty();
    assertThat(snapshot(theirs, 10)).isEmpty();
    assertThat(headOf(theirs)).isEmpty();
  }

  @Test
  void the_head_is_told_to_whoever_has_the_batch() throws Exception {
    BatchId batch = batch(tenant(), 1);
    queue(otherTenant());

    assertThat(headOf(batch)).contains(head());
  }

  @Test
  void a_snapshot_of_a_batch_shows_its_newest_live_jobs_and_counts_its_items() throws Exception {
    queue(tenant());
    BatchId batch = batch(tenant(), 3);
    queue(tenant());
    List<JobId> jobs =
        ofTenant(tenant(), batches(batch), 10).stream().map(Event::job).sorted().toList();
    cancel(tenant(), jobs.get(2));

    Snapshot snapshot = snapshot(batch, 1).orElseThrow();

    assertThat(snapshot.position()).isEqualTo(head());
    assertThat(snapshot.jobs()).extracting(Job::id).containsExactly(jobs.get(1));
    assertThat(snapshot.counts())
        .containsOnly(Map.entry(JobState.QUEUED, 2L), Map.entry(JobState.CANCELED, 1L));
  }

  @Test
  void an_item_that_was_repeated_counts_once() throws Exception {
    BatchId batch = batch(tenant(), 2);
    cancel(tenant(), ofTenant(tenant(), batches(batch), 10).get(0).job());
    repeatCanceled(tenant(), batch);

    assertThat(snapshot(batch, 10).orElseThrow().counts())
        .containsOnly(Map.entry(JobState.QUEUED, 2L));
  }

  @Test
  void a_batch_that_has_ended_still_has_a_position_and_its_counts() throws Exception {
    BatchId batch = batch(tenant(), 1);
    cancel(tenant(), ofTenant(tenant(), batches(batch), 10).get(0).job());

    Snapshot snapshot = snapshot(batch, 10).orElseThrow();

    assertThat(snapshot.jobs()).isEmpty();
    assertThat(snapshot.position()).isEqualTo(head());
    assertThat(snapshot.counts()).containsOnly(Map.entry(JobState.CANCELED, 1L));
  }

  @Test
  void a_snapshot_shows_the_newest_live_jobs_and_where_the_log_stands() throws Exception {
    List<JobId> jobs = queueMany(3);
    cancel(tenant(), jobs.get(2));

    Snapshot snapshot = snapshot(Set.of(), 1);

    assertThat(snapshot.position()).isEqualTo(head());
    assertThat(snapshot.jobs()).extracting(Job::id).containsExactly(jobs.get(1));
  }

  @Test
  void a_snapshot_of_named_jobs_shows_ended_ones_too_but_no_other_tenants() throws Exception {
    JobId job = queue(tenant());
    cancel(tenant(), job);
    JobId theirs = queue(otherTenant());

    Snapshot snapshot = snapshot(Set.of(job, theirs), 10);

    assertThat(snapshot.jobs()).extracting(Job::id).containsExactly(job);
    assertThat(snapshot.jobs()).extracting(Job::state).containsExactly(JobState.CANCELED);
    assertThat(snapshot.jobs()).extracting(Job::version).containsExactly(2);
  }

  @Test
  void a_snapshot_without_jobs_still_has_a_position() throws Exception {
    queue(otherTenant());

    Snapshot snapshot = snapshot(Set.of(), 10);

    assertThat(snapshot.jobs()).isEmpty();
    assertThat(snapshot.position()).isEqualTo(head()).isPositive();
  }

  @Test
  void what_is_no_longer_kept_is_not_read_and_the_oldest_position_says_so() throws Exception {
    queueMany(3);
    List<Event> all = after(0, 10);

    forgetUpTo(all.get(1).position());

    assertThat(oldest()).isEqualTo(all.get(2).position());
    assertThat(after(0, 10)).containsExactly(all.get(2));
    assertThat(head()).isEqualTo(all.get(2).position());
  }

  private List<JobId> queueMany(int count) throws Exception {
    JobId[] jobs = new JobId[count];
    for (int n = 0; n < count; n++) {
      jobs[n] = queue(tenant());
    }
    return List.of(jobs);
  }

  private List<Event> after(long position, int limit) throws Exception {
    return read(log -> log.after(position, limit));
  }

  private List<Event> ofTenant(TenantId tenant, Selection selection, int limit) throws Exception {
    return read(log -> log.after(tenant, selection, 0, limit));
  }

  private static Selection jobs(JobId... jobs) {
    return new Selection(Set.of(jobs), Set.of());
  }

  private static Selection batches(BatchId... batches) {
    return new Selection(Set.of(), Set.of(batches));
  }

  private Optional<Snapshot> snapshot(BatchId batch, int limit) throws Exception {
    return read(log -> log.snapshot(tenant(), batch, limit));
  }

  private Optional<Long> headOf(BatchId batch) throws Exception {
    return read(log -> log.head(tenant(), batch));
  }

  private long head() throws Exception {
    return read(EventLog::head);
  }

  private long oldest() throws Exception {
    return read(EventLog::oldest);
  }

  private Snapshot snapshot(Set<JobId> jobs, int limit) throws Exception {
    return read(log -> log.snapshot(tenant(), jobs, limit));
  }

  /** Asks on an event loop, as everybody does. */
  private <T> T read(Function<EventLog, Future<T>> question) throws Exception {
    CompletableFuture<T> answer = new CompletableFuture<>();
    vertx()
        .runOnContext(
            loop ->
                question
                    .apply(log())
                    .onSuccess(answer::complete)
                    .onFailure(answer::completeExceptionally));
    return answer.get(30, TimeUnit.SECONDS);
  }
}
