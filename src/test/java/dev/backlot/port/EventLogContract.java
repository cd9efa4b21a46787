package dev.backlot.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog.Event;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
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
    assertThat(ofTenant(tenant(), Set.of(), 2)).isEqualTo(all.subList(0, 2));
  }

  @Test
  void a_tenant_reads_its_own_events_only() throws Exception {
    queue(tenant());
    JobId theirs = queue(otherTenant());

    assertThat(ofTenant(otherTenant(), Set.of(), 10))
        .extracting(Event::job)
        .containsExactly(theirs);
    assertThat(ofTenant(tenant(), Set.of(theirs), 10)).isEmpty();
  }

  @Test
  void events_may_be_narrowed_to_some_jobs() throws Exception {
    List<JobId> jobs = queueMany(3);

    assertThat(ofTenant(tenant(), Set.of(jobs.get(0), jobs.get(2)), 10))
        .extracting(Event::job)
        .containsExactly(jobs.get(0), jobs.get(2));
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

  private List<Event> ofTenant(TenantId tenant, Set<JobId> jobs, int limit) throws Exception {
    return read(log -> log.after(tenant, jobs, 0, limit));
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
