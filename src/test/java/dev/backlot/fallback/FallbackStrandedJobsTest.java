package dev.backlot.fallback;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.dispatch.AgreedStrandedJobs;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.StandIns;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.port.NodeReports.Report;
import dev.backlot.store.PgFallbacks;
import dev.backlot.store.PgNodeReports;
import dev.backlot.store.PgStrandedJobs;
import dev.backlot.store.StoreFixture;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the real store: queued jobs of 5 units whose model was taken out of the catalog. */
class FallbackStrandedJobsTest {
  private static final String GONE = "kling-taken-out";
  private static final String STAND_IN = "kling-v1-6";
  private static final JobError NOWHERE =
      new JobError(ErrorCode.NO_ACCOUNT, "No account can run it.");

  private final StoreFixture store = new StoreFixture();
  private final PgStrandedJobs stranded =
      new PgStrandedJobs(store.vertx, store.database.pool(), new Random(1));
  private final Catalog catalog = catalog();
  private final FallbackStrandedJobs waiting =
      new FallbackStrandedJobs(
          stranded,
          new ModelChoice(
              new PgFallbacks(store.database.pool()),
              new StandIns(() -> catalog, (pool, account) -> Reach.everywhere())));
  private JobId job;

  FallbackStrandedJobsTest() throws Exception {}

  static Catalog catalog() {
    return CatalogFiles.read(
        new CatalogText(
            CatalogText.builtIn()
                .capabilities()
                .replaceFirst(
                    "    fallbacks:\n",
                    "    fallbacks:\n      - {model: %s, withdrawn: true, to: [%s]}\n"
                        .formatted(GONE, STAND_IN)),
            CatalogText.builtIn().prices()));
  }

  @BeforeEach
  void accept() throws Exception {
    job = store.job();
    store.database.execute("UPDATE job SET model = '" + GONE + "'");
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private int hold() throws Exception {
    return await(waiting.hold(List.of(job), HeldReason.MODEL_UNAVAILABLE, NOW));
  }

  @Test
  void the_next_of_the_chain_takes_it_over_before_it_fails() throws Exception {
    assertThat(await(waiting.fail(List.of(job), NOWHERE, NOW))).isOne();

    assertThat(store.database.text("SELECT state || ' ' || model || ' ' || slot_class FROM job"))
        .isEqualTo("queued " + STAND_IN + " " + STAND_IN + "/video");
    assertThat(store.balance()).isEqualTo("999995 5 0");
  }

  @Test
  void the_next_of_the_chain_takes_it_over_before_it_is_held() throws Exception {
    assertThat(hold()).isOne();

    assertThat(store.state(job)).isEqualTo("queued");
  }

  @Test
  void another_model_takes_nothing_over_that_another_node_may_run() throws Exception {
    PgNodeReports reports = new PgNodeReports(store.database.pool());
    AgreedStrandedJobs agreed = new AgreedStrandedJobs(waiting, reports, () -> "0123456789abcdef");
    await(reports.say(store.node("next"), new Report(List.of(), List.of(), "fedcba9876543210")));

    assertThat(await(agreed.fail(List.of(job), NOWHERE, NOW))).isZero();

    assertThat(store.database.text("SELECT state || ' ' || model FROM job"))
        .isEqualTo("queued " + GONE);
  }

  @Test
  void the_event_tells_why_and_which_model_takes_over() throws Exception {
    hold();

    assertThat(
            store.database.text(
                "SELECT type || ' ' || data::text FROM event ORDER BY position DESC LIMIT 1"))
        .startsWith("job.queued")
        .contains("\"reason\": \"model-unavailable\"")
        .contains("\"fallback\": {\"to\": \"" + STAND_IN + "\", \"from\": \"" + GONE + "\"}");
  }

  @Test
  void it_wakes_the_lane_of_the_other_model() throws Exception {
    store.slots(STAND_IN + "/video", 5);

    hold();

    assertThat(store.claimOne(store.node("one")).ref().job()).isEqualTo(job);
  }

  @Test
  void a_job_that_forbids_it_fails_with_the_reason() throws Exception {
    store.database.execute("UPDATE job SET fallback = false");

    assertThat(await(waiting.fail(List.of(job), NOWHERE, NOW))).isOne();

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.database.text("SELECT error_number FROM job"))
        .isEqualTo(String.valueOf(ErrorCode.NO_ACCOUNT.number()));
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void a_job_that_forbids_it_is_held_with_the_reason() throws Exception {
    store.database.execute("UPDATE job SET fallback = false");

    assertThat(hold()).isOne();

    assertThat(store.database.text("SELECT state || ' ' || held_reason FROM job"))
        .isEqualTo("held " + HeldReason.MODEL_UNAVAILABLE);
  }

  @Test
  void one_that_has_another_model_by_now_is_left_alone() throws Exception {
    StandIn late = new StandIn("kling-v2-6", STAND_IN, STAND_IN + "/video", 1);

    assertThat(await(stranded.replace(Map.of(job, late), "model-unavailable", NOW))).isZero();

    assertThat(store.database.text("SELECT model FROM job")).isEqualTo(GONE);
  }
}
