package dev.backlot.fallback;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.StandIns;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.AttemptView;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.NowherePolicy;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.store.PgFallbacks;
import dev.backlot.store.PgJobs;
import dev.backlot.store.StoreFixture;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the real store: jobs of 5 units for kling-v2-6, whose chain leads to kling-v1-6. */
class PgFallbackTest {
  private static final String STAND_IN = "kling-v1-6";
  private static final JobError GONE =
      new JobError(ErrorCode.MODEL_UNAVAILABLE, "This model is not available here.");
  private static final JobError BROKEN =
      new JobError(ErrorCode.GENERATION_FAILED, "The provider could not generate it.");
  private static final Catalog CATALOG =
      CatalogFiles.read(
          new CatalogText(
              CatalogText.builtIn()
                  .capabilities()
                  .replaceFirst(
                      "    fallbacks:\n",
                      "    fallbacks:\n      - {model: kling-v2-6, to: [" + STAND_IN + "]}\n"),
              CatalogText.builtIn().prices()));

  private final StoreFixture store = new StoreFixture();
  private final NodeLease node = store.node("one");
  private final PgJobs jobs = new PgJobs(store.vertx, store.database.pool(), new Random(1));
  private final ModelChoice models =
      new ModelChoice(
          new PgFallbacks(store.database.pool()),
          new StandIns(() -> CATALOG, (pool, account) -> Reach.everywhere()));
  private final FallbackEndings endings = new FallbackEndings(store.endings, models);

  PgFallbackTest() throws Exception {}

  @BeforeEach
  void slots() throws Exception {
    store.slots(5);
    store.slots(STAND_IN + "/video", 5);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private List<Fact> refuse(AttemptRef ref, NowherePolicy policy) throws Exception {
    Fact refused = new Fact.Rejected(ref, GONE, Closing.REFUSED);
    return await(
        new FallbackDispatches(store.dispatches, models, policy).record(List.of(refused), NOW));
  }

  private List<Ending> fail(AttemptRef ref) throws Exception {
    Ending failed = new Ending.Failed(ref, BROKEN, null, "{}");
    return await(endings.finish(List.of(failed), CancelPolicy.KEEP, NOW)).applied();
  }

  private JobDetail detail(JobId job) throws Exception {
    return await(jobs.detail(store.tenant, job)).orElseThrow();
  }

  private String lastEvent(JobId job) {
    return store.database.text(
        "SELECT type || ' ' || data::text FROM event WHERE job_id = '"
            + job
            + "' ORDER BY position DESC LIMIT 1");
  }

  private void forbid(JobId job) {
    store.database.execute("UPDATE job SET fallback = false WHERE id = '" + job + "'");
  }

  @Test
  void a_job_whose_model_is_refused_goes_on_with_the_next_of_its_chain() throws Exception {
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();

    assertThat(refuse(ref, NowherePolicy.FAIL)).hasSize(1);

    JobDetail detail = detail(job);
    assertThat(detail.job().state().text()).isEqualTo("queued");
    assertThat(detail.job().model()).isEqualTo(STAND_IN);
    assertThat(detail.requestedModel()).isEqualTo("kling-v2-6");
    assertThat(store.inFlight()).isZero();
    assertThat(store.balance()).isEqualTo("999995 5 0");
  }

  @Test
  void the_event_tells_why_and_which_model_takes_over() throws Exception {
    JobId job = store.job();
    refuse(store.claimOne(node).ref(), NowherePolicy.FAIL);

    assertThat(lastEvent(job))
        .startsWith("job.queued")
        .contains("\"reason\": \"model-unavailable\"")
        .contains("\"attempt\": 1")
        .contains("\"fallback\": {\"to\": \"" + STAND_IN + "\", \"from\": \"kling-v2-6\"}");
  }

  @Test
  void the_next_attempt_takes_the_slots_of_the_other_model() throws Exception {
    JobId job = store.job();
    refuse(store.claimOne(node).ref(), NowherePolicy.FAIL);

    AttemptRef next = store.running(node);

    assertThat(next.job()).isEqualTo(job);
    assertThat(store.database.text("SELECT slot_class FROM slot WHERE in_flight > 0"))
        .isEqualTo(STAND_IN + "/video");
  }

  @Test
  void a_cheaper_model_costs_what_it_deducts_and_the_rest_is_released() throws Exception {
    JobId job = store.job();
    refuse(store.claimOne(node).ref(), NowherePolicy.FAIL);
    AttemptRef next = store.running(node);

    TaskReport.Succeeded report =
        new TaskReport.Succeeded(
            "task", List.of(new Output(0, "video", "5.1", false)), Credits.of("2"), "{}");
    await(endings.finish(List.of(new Ending.Succeeded(next, report)), CancelPolicy.KEEP, NOW));

    assertThat(detail(job).job().charged()).isEqualTo(Credits.of("2"));
    assertThat(store.balance()).isEqualTo("999998 0 2");
  }

  @Test
  void the_lineage_is_on_the_job() throws Exception {
    JobId job = store.job();
    refuse(store.claimOne(node).ref(), NowherePolicy.FAIL);
    store.running(node);

    assertThat(detail(job).attempts())
        .extracting(
            AttemptView::number, AttemptView::model, AttemptView::state, AttemptView::reason)
        .containsExactly(
            tuple(1, "kling-v2-6", "refused", "model-unavailable"),
            tuple(2, STAND_IN, "running", null));
    assertThat(detail(job).attempts())
        .extracting(AttemptView::counted)
        .containsExactly(false, true);
  }

  @Test
  void when_the_chain_is_used_up_the_job_fails_with_the_reason() throws Exception {
    JobId job = store.job();
    refuse(store.claimOne(node).ref(), NowherePolicy.FAIL);
    refuse(store.claimOne(node).ref(), NowherePolicy.FAIL);

    assertThat(detail(job).job().error()).isEqualTo(GONE);
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void a_job_that_forbids_it_fails_with_the_reason() throws Exception {
    JobId job = store.job();
    forbid(job);

    refuse(store.claimOne(node).ref(), NowherePolicy.FAIL);

    assertThat(detail(job).job().error()).isEqualTo(GONE);
    assertThat(detail(job).job().model()).isEqualTo("kling-v2-6");
  }

  @Test
  void by_policy_it_is_held_with_its_reservation_instead() throws Exception {
    JobId job = store.job();
    forbid(job);

    refuse(store.claimOne(node).ref(), NowherePolicy.HOLD);

    assertThat(detail(job).job().state().text()).isEqualTo("held");
    assertThat(detail(job).job().heldReason()).isEqualTo("model_refused");
    assertThat(lastEvent(job)).startsWith("job.held").contains("model_refused");
    assertThat(store.inFlight()).isZero();
    assertThat(store.balance()).isEqualTo("999995 5 0");
  }

  @Test
  void a_job_that_was_to_be_canceled_is_canceled_and_not_moved() throws Exception {
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.wantCancel(job);

    refuse(ref, NowherePolicy.FAIL);

    assertThat(store.state(job)).isEqualTo("canceled");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void an_attempt_that_may_still_bill_makes_room_for_no_other_model() throws Exception {
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    assertThat(refuse(ref, NowherePolicy.FAIL)).isEmpty();
    assertThat(store.state(job)).isEqualTo("submitting");
  }

  @Test
  void a_job_whose_tasks_keep_failing_goes_on_with_the_next_of_its_chain() throws Exception {
    JobId job = store.job();

    assertThat(fail(store.running(node))).hasSize(1);

    JobDetail detail = detail(job);
    assertThat(detail.job().state().text()).isEqualTo("queued");
    assertThat(detail.job().model()).isEqualTo(STAND_IN);
    assertThat(detail.attempts())
        .extracting(AttemptView::state, AttemptView::reason, AttemptView::counted)
        .containsExactly(tuple("failed", "generation-failed", true));
  }

  @Test
  void what_fails_for_its_content_fails_with_any_model() throws Exception {
    JobId job = store.job();
    AttemptRef ref = store.running(node);
    JobError content = new JobError(ErrorCode.CONTENT_REJECTED, "No.");

    await(
        endings.finish(
            List.of(new Ending.Failed(ref, content, null, "{}")), CancelPolicy.KEEP, NOW));

    assertThat(detail(job).job().error()).isEqualTo(content);
  }
}
