package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PgJobsTest {
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final JobFilter ALL = new JobFilter(Set.of());

  private final Store store = new Store();
  private TenantId tenant;

  @BeforeEach
  void open() {
    tenant = store.tenant("acme", "100");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void a_read_without_a_database_does_not_speak_of_storing() {
    Vertx vertx = Vertx.vertx();
    Pool nowhere = Pools.create(vertx, store.database.config().withPort(1), "backlot test");
    PgJobs jobs = new PgJobs(vertx, nowhere, new Random(1));
    try {
      Throwable failure =
          await(
              jobs.find(tenant, new JobId(new UUID(1, 1)))
                  .transform(found -> Future.succeededFuture(found.cause())));

      assertThat(failure)
          .isInstanceOfSatisfying(
              BacklotException.class,
              known -> {
                assertThat(known.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
                assertThat(known.detail())
                    .isEqualTo("The database cannot be read now; try again soon");
              });
    } finally {
      await(vertx.close());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "held"})
  void a_waiting_job_is_canceled_at_once_and_its_credit_released(String state) {
    JobId id = job();
    put(id, state, "");

    CancelResult result = await(store.jobs.cancel(tenant, id, LATER));

    assertThat(result)
        .isInstanceOfSatisfying(
            CancelResult.Canceled.class,
            canceled -> {
              assertThat(canceled.job().state()).isEqualTo(JobState.CANCELED);
              assertThat(canceled.job().version()).isEqualTo(2);
              assertThat(canceled.job().endedAt()).isEqualTo(LATER);
              assertThat(canceled.job().charged()).isEqualTo(Credits.ZERO);
            });
    assertThat(store.balance(tenant).available()).isEqualTo(Credits.of("100"));
    assertThat(events()).isEqualTo("job.queued 1,job.canceled 2");
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void a_repeated_cancel_answers_the_same_and_changes_nothing() {
    JobId id = job();
    CancelResult first = await(store.jobs.cancel(tenant, id, LATER));

    CancelResult again = await(store.jobs.cancel(tenant, id, LATER.plusSeconds(1)));

    assertThat(again).isEqualTo(first);
    assertThat(events()).isEqualTo("job.queued 1,job.canceled 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"submitting", "running"})
  void a_job_that_the_provider_has_keeps_running_with_the_wish_recorded(String state) {
    JobId id = job();
    put(id, state, ", owner = gen_random_uuid(), epoch = 1");

    CancelResult first = await(store.jobs.cancel(tenant, id, LATER));
    CancelResult again = await(store.jobs.cancel(tenant, id, LATER.plusSeconds(1)));

    assertThat(first)
        .isInstanceOfSatisfying(
            CancelResult.Requested.class,
            requested -> {
              assertThat(requested.job().state().text()).isEqualTo(state);
              assertThat(requested.job().cancelRequested()).isTrue();
              assertThat(requested.job().version()).isEqualTo(1);
            });
    assertThat(again).isEqualTo(first);
    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("2"));
    assertThat(events()).isEqualTo("job.queued 1");
  }

  @ParameterizedTest
  @CsvSource({"succeeded,NULL", "failed,900", "expired,NULL"})
  void a_job_that_has_ended_stays_as_it_is(String state, String error) {
    JobId id = job();
    put(id, state, ", ended_at = now(), error_number = " + error);

    assertThat(await(store.jobs.cancel(tenant, id, LATER)))
        .isInstanceOfSatisfying(
            CancelResult.EndedOtherwise.class,
            ended -> assertThat(ended.job().state().text()).isEqualTo(state));
    assertThat(events()).isEqualTo("job.queued 1");
  }

  @Test
  void many_cancels_at_once_release_once() {
    JobId id = job();

    List<Future<CancelResult>> cancels =
        IntStream.range(0, 20).mapToObj(i -> store.jobs.cancel(tenant, id, LATER)).toList();

    assertThat(cancels)
        .allSatisfy(cancel -> assertThat(await(cancel)).isInstanceOf(CancelResult.Canceled.class));
    assertThat(store.balance(tenant).available()).isEqualTo(Credits.of("100"));
    assertThat(events()).isEqualTo("job.queued 1,job.canceled 2");
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void a_job_of_another_tenant_does_not_exist() {
    JobId id = job();
    TenantId other = store.tenant("other", "100");

    assertThat(await(store.jobs.find(other, id))).isEmpty();
    assertThat(await(store.jobs.cancel(other, id, LATER))).isEqualTo(new CancelResult.Unknown());
    assertThat(await(store.jobs.resultSource(other, id))).isEmpty();
    assertThat(await(store.jobs.list(other, ALL, null, 10)).items()).isEmpty();
    assertThat(await(store.jobs.find(tenant, id)).orElseThrow().state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void a_filter_shows_no_job_of_another_tenant() {
    job();
    TenantId other = store.tenant("other", "100");

    assertThat(await(store.jobs.list(other, new JobFilter(Set.of(JobState.QUEUED)), null, 10)))
        .isEqualTo(new Page<Job>(List.of(), null));
  }

  @Test
  void another_tenants_cancel_is_no_wish_for_a_job_at_work() {
    JobId id = job();
    put(id, "running", ", owner = gen_random_uuid(), epoch = 1");

    assertThat(await(store.jobs.cancel(store.tenant("other", "100"), id, LATER)))
        .isEqualTo(new CancelResult.Unknown());

    assertThat(await(store.jobs.find(tenant, id)).orElseThrow().cancelRequested()).isFalse();
  }

  @Test
  void pages_follow_one_another_newest_first_without_gap_or_repeat() {
    List<JobId> newestFirst = new ArrayList<>(jobs(5));
    Collections.reverse(newestFirst);

    List<JobId> listed = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String cursor = null;
    do {
      Page<Job> page = await(store.jobs.list(tenant, ALL, cursor, 2));
      page.items().forEach(job -> listed.add(job.id()));
      sizes.add(page.items().size());
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(listed).isEqualTo(newestFirst);
    assertThat(sizes).containsExactly(2, 2, 1);
  }

  @Test
  void a_list_that_fits_has_no_next_page() {
    jobs(2);

    assertThat(await(store.jobs.list(tenant, ALL, null, 2)).nextCursor()).isNull();
  }

  @Test
  void a_filter_shows_only_its_states() {
    List<JobId> ids = jobs(4);
    await(store.jobs.cancel(tenant, ids.get(1), LATER));
    await(store.jobs.cancel(tenant, ids.get(2), LATER));

    Page<Job> page =
        await(store.jobs.list(tenant, new JobFilter(Set.of(JobState.CANCELED)), null, 1));
    Page<Job> next =
        await(
            store.jobs.list(
                tenant, new JobFilter(Set.of(JobState.CANCELED)), page.nextCursor(), 1));

    assertThat(page.items()).extracting(Job::id).containsExactly(ids.get(2));
    assertThat(next.items()).extracting(Job::id).containsExactly(ids.get(1));
    assertThat(next.nextCursor()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "not a cursor", "AAAA", "' OR true --"})
  void a_cursor_that_is_not_ours_is_refused(@Nullable String cursor) {
    assertThat(Store.failure(store.jobs.list(tenant, ALL, cursor, 10)))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void live_jobs_are_counted_by_state() {
    List<JobId> ids = jobs(3);
    await(store.jobs.cancel(tenant, ids.get(0), LATER));

    assertThat(await(store.jobs.countLive())).isEqualTo(Map.of("queued", 2L));
  }

  /** Else one such job would keep its tenant from reading any, until the roll is over. */
  @Test
  void an_error_that_only_a_newer_version_knows_is_read_as_one_of_ours() {
    JobId id = job();
    put(id, "failed", ", ended_at = now(), error_number = 9999, error_detail = 'It rained.'");

    assertThat(await(store.jobs.find(tenant, id)).orElseThrow().error())
        .isEqualTo(new JobError(ErrorCode.INTERNAL, "It rained."));
  }

  private JobId job() {
    return jobs(1).get(0);
  }

  private List<JobId> jobs(int count) {
    List<Submission> group = Submissions.many(count, tenant, "2");
    store.admit(group.toArray(Submission[]::new));
    return group.stream().map(Submission::id).toList();
  }

  private void put(JobId id, String state, String more) {
    store.database.execute(
        "UPDATE job SET state = '" + state + "'" + more + " WHERE id = '" + id + "'");
  }

  private String events() {
    return store.database.text(
        "SELECT string_agg(type || ' ' || job_version, ',' ORDER BY position) FROM event");
  }
}
