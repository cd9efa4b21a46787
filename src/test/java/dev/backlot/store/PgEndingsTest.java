package dev.backlot.store;

import static dev.backlot.domain.job.CancelPolicy.DISCARD;
import static dev.backlot.domain.job.CancelPolicy.KEEP;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.failed;
import static dev.backlot.store.StoreFixture.succeeded;
import static dev.backlot.store.StoreFixture.tryAgain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Running;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgEndingsTest {
  private StoreFixture store;
  private NodeLease node;
  private JobId job;
  private AttemptRef ref;

  /** One running job of 5 units. */
  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    node = store.node("one");
    store.slots(10);
    job = store.job();
    ref = store.running(node);
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void a_success_ends_the_job_and_frees_its_slot() throws Exception {
    assertThat(store.finish(KEEP, succeeded(ref, null))).hasSize(1);

    assertThat(store.state(job)).isEqualTo("succeeded");
    assertThat(store.attemptState(ref)).isEqualTo("succeeded");
    assertThat(store.inFlight()).isZero();
    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting, 3 running, 4 succeeded");
    assertThat(store.database.text("SELECT owner IS NULL AND ended_at IS NOT NULL FROM job"))
        .isEqualTo("t");
  }

  @Test
  void an_output_that_the_database_refuses_keeps_no_other_job_from_its_end() throws Exception {
    AttemptRef other = another();

    List<Ending> given = List.of(odd(ref, "5.1\0", "{}"), succeeded(other, "4"));
    assertThat(await(store.endings.finish(given, KEEP, NOW)).applied()).isEqualTo(given);

    assertThat(store.state(other.job())).isEqualTo("succeeded");
    assertThat(store.state(job)).isEqualTo("succeeded");
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void what_the_database_refuses_is_stored_without_it_and_settled_as_reserved() throws Exception {
    store.finish(KEEP, odd(ref, "5.1\0", "{\"url\":\"secret\0\"}"));

    assertThat(store.database.text("SELECT outputs FROM job"))
        .isEqualTo("[{\"n\": 0, \"type\": \"video\"}]");
    assertThat(store.database.text("SELECT result FROM attempt")).isEqualTo("{\"url\":\"secret\"}");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, settle 5");
  }

  @Test
  void an_ending_that_is_refused_in_every_form_leaves_its_task_running_and_ends_the_others()
      throws Exception {
    AttemptRef other = another();
    store.database.execute(
        "ALTER TABLE attempt ADD CONSTRAINT never CHECK (state <> 'failed') NOT VALID");

    assertThat(store.finish(KEEP, failed(ref, null), succeeded(other, "4")))
        .extracting(Ending::ref)
        .containsExactly(other);

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(await(store.endings.allRunning(node, null, 10)))
        .extracting(Running::ref)
        .containsExactly(ref);
  }

  private AttemptRef another() throws Exception {
    store.job();
    return store.running(node);
  }

  private static Ending odd(AttemptRef of, String duration, String raw) {
    List<Output> outputs = List.of(new Output(0, "video", duration, false));
    return new Ending.Succeeded(
        of, new TaskReport.Succeeded("task-" + of.id(), outputs, Credits.of("4"), raw));
  }

  @Test
  void the_event_of_a_success_names_outputs_and_charge_and_nothing_of_the_provider()
      throws Exception {
    store.finish(KEEP, succeeded(ref, "4.5"));

    assertThat(store.lastEventData(job))
        .isEqualTo(
            "{\"state\": \"succeeded\", \"charged\": \"4.5\", \"outputs\": [{\"n\": 0, \"type\":"
                + " \"video\", \"duration\": \"5.1\"}], \"version\": 4}");
  }

  @Test
  void the_providers_own_words_are_kept_for_the_result_proxy() throws Exception {
    store.finish(KEEP, succeeded(ref, null));

    assertThat(await(store.store.jobs.resultSource(store.tenant, job)).orElseThrow().raw())
        .isEqualTo("{\"secret\":\"url\"}");
  }

  @Test
  void they_are_kept_from_another_tenant() throws Exception {
    store.finish(KEEP, succeeded(ref, null));

    assertThat(await(store.store.jobs.resultSource(store.store.tenant("other", "1"), job)))
        .isEmpty();
  }

  @Test
  void a_second_ending_changes_nothing() throws Exception {
    store.finish(KEEP, succeeded(ref, "4"));

    assertThat(store.finish(KEEP, succeeded(ref, "4"), failed(ref, "4"))).isEmpty();
    assertThat(store.transfers(job)).isEqualTo("reserve 5, settle 4, release 1");
    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting, 3 running, 4 succeeded");
  }

  @Test
  void of_two_endings_in_one_batch_the_first_counts() throws Exception {
    assertThat(store.finish(KEEP, failed(ref, null), succeeded(ref, "4"))).hasSize(1);

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
  }

  @Test
  void an_ending_of_a_lost_fence_changes_nothing() throws Exception {
    store.database.execute("UPDATE job SET fence = fence + 1");

    assertThat(store.finish(KEEP, succeeded(ref, "4"))).isEmpty();
    assertThat(store.state(job)).isEqualTo("running");
    assertThat(store.transfers(job)).isEqualTo("reserve 5");
  }

  @Test
  void a_success_without_a_named_charge_is_settled_with_the_reserved_amount() throws Exception {
    store.finish(KEEP, succeeded(ref, null));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, settle 5");
    assertThat(store.balance()).isEqualTo("999995 0 5");
  }

  @Test
  void a_smaller_charge_gives_the_rest_back() throws Exception {
    store.finish(KEEP, succeeded(ref, "3.5"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, settle 3.5, release 1.5");
    assertThat(store.balance()).isEqualTo("999996.5 0 3.5");
  }

  @Test
  void a_charge_of_the_reserved_amount_releases_nothing() throws Exception {
    store.finish(KEEP, succeeded(ref, "5"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, settle 5");
  }

  @Test
  void a_charge_of_nothing_settles_nothing() throws Exception {
    store.finish(KEEP, succeeded(ref, "0"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(reservation()).isEqualTo("settled 0.000000");
  }

  @Test
  void a_larger_charge_drifts_and_the_tenant_pays_what_was_reserved() throws Exception {
    store.finish(KEEP, succeeded(ref, "7"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, settle 5, drift 2");
    assertThat(store.balance()).isEqualTo("999995 0 5");
  }

  @Test
  void a_failure_releases_everything() throws Exception {
    store.finish(KEEP, failed(ref, null));

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
    assertThat(reservation()).isEqualTo("released");
  }

  @Test
  void what_the_provider_charges_for_a_failure_is_the_houses_loss() throws Exception {
    store.finish(KEEP, failed(ref, "2"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5, loss 2");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void a_failure_that_is_tried_again_keeps_the_reservation() throws Exception {
    store.finish(KEEP, tryAgain(ref, null));

    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(store.transfers(job)).isEqualTo("reserve 5");
    assertThat(store.inFlight()).isZero();
    assertThat(store.database.text("SELECT attempts FROM job")).isEqualTo("1");
    assertThat(store.lastEventData(job))
        .isEqualTo(
            "{\"state\": \"queued\", \"reason\": \"generation-failed\", \"attempt\": 1, \"version\": 4}");
  }

  @Test
  void the_charge_of_an_attempt_that_is_tried_again_is_the_houses_loss() throws Exception {
    store.finish(KEEP, tryAgain(ref, "2"));
    store.finish(KEEP, succeeded(store.running(node), "4"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, loss 2, settle 4, release 1");
    assertThat(store.balance()).isEqualTo("999996 0 4");
  }

  @Test
  void a_cancelled_job_that_succeeds_all_the_same_is_kept_by_policy() throws Exception {
    store.wantCancel(job);
    store.finish(KEEP, succeeded(ref, "4"));

    assertThat(store.state(job)).isEqualTo("succeeded");
  }

  @Test
  void a_cancelled_job_whose_result_is_discarded_is_settled_as_billed() throws Exception {
    store.wantCancel(job);
    store.finish(DISCARD, succeeded(ref, "4"));

    assertThat(store.state(job)).isEqualTo("canceled");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, settle 4, release 1");
    assertThat(store.database.text("SELECT outputs FROM job")).isEqualTo("[]");
  }

  @Test
  void discarding_is_for_cancelled_jobs_only() throws Exception {
    store.finish(DISCARD, succeeded(ref, "4"));

    assertThat(store.state(job)).isEqualTo("succeeded");
  }

  @Test
  void a_cancelled_job_that_fails_is_canceled() throws Exception {
    store.wantCancel(job);
    store.finish(KEEP, failed(ref, "1"));

    assertThat(store.state(job)).isEqualTo("canceled");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5, loss 1");
  }

  @Test
  void a_cancelled_job_is_not_tried_again() throws Exception {
    store.wantCancel(job);
    store.finish(KEEP, tryAgain(ref, null));

    assertThat(store.state(job)).isEqualTo("canceled");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
  }

  @Test
  void a_job_that_is_not_running_does_not_end() throws Exception {
    store.job();
    AttemptRef claimed = store.claimOne(node).ref();

    assertThat(store.finish(KEEP, succeeded(claimed, "4"))).isEmpty();
  }

  @Test
  void a_batch_of_endings_is_one_transaction() throws Exception {
    store.jobs(store.tenant, 3);
    List<AttemptRef> refs = new ArrayList<>();
    for (Claimed each : store.claim(node, 3)) {
      refs.add(each.ref());
      store.record(new Fact.Accepted(each.ref(), "task-" + each.ref().id()));
    }

    List<Ending> applied =
        store.finish(
            KEEP,
            succeeded(refs.get(0), "7"),
            failed(refs.get(1), "1"),
            tryAgain(refs.get(2), "2"),
            succeeded(ref, null));

    assertThat(applied).hasSize(4);
    assertThat(store.database.number("SELECT count(DISTINCT xmin::text) FROM attempt")).isOne();
    assertThat(store.balance()).isEqualTo("999985 5 10");
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void running_attempts_are_listed_page_by_page() throws Exception {
    store.jobs(store.tenant, 2);
    AttemptRef second = store.running(node);
    AttemptRef third = store.running(node);

    List<Running> first = await(store.endings.allRunning(node, null, 2));
    assertThat(first).extracting(Running::ref).containsExactly(ref, second);
    assertThat(first.get(0))
        .isEqualTo(
            new Running(
                ref,
                "legacy",
                "task-" + ref.id(),
                "kling-v2-6",
                NOW,
                0,
                null,
                new RenderProfile("text2video", "kling-v2-6", "", 0)));
    assertThat(await(store.endings.allRunning(node, second.id(), 2)))
        .extracting(Running::ref)
        .containsExactly(third);
  }

  @Test
  void a_hint_is_checked_against_what_is_running_and_ours() throws Exception {
    store.job();
    AttemptRef claimed = store.claimOne(node).ref();

    assertThat(await(store.endings.running(node, List.of(ref.id(), claimed.id()))))
        .extracting(Running::ref)
        .containsExactly(ref);
    assertThat(await(store.endings.running(store.node("two"), List.of(ref.id())))).isEmpty();
  }

  private String reservation() {
    return store.database.text("SELECT concat_ws(' ', outcome, settled) FROM reservation");
  }
}
