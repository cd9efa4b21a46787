package dev.backlot.fallback;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Bus;
import dev.backlot.config.AppConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.config.ConfigSource;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.StandIns;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.store.PgStrandedJobs;
import dev.backlot.store.StoreFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the real store: jobs for kling-v2-6. */
class HeldJobsTest {
  private final StoreFixture store = new StoreFixture();
  private final PgStrandedJobs waiting =
      new PgStrandedJobs(store.vertx, store.database.pool(), new Random(1));
  private final Bus bus = Bus.install(store.vertx);
  private Catalog catalog = CatalogFiles.load();
  private Reach reach = new Reach(Set.of());
  private HeldJobs duty;

  @TempDir Path directory;

  HeldJobsTest() throws Exception {}

  @BeforeEach
  void start() throws Exception {
    AppConfig config =
        AppConfig.load(
            new ConfigSource(
                Optional.of(Path.of("conf/backlot.yaml")),
                List.of("data-directory=" + directory),
                Map.of()));
    duty =
        new HeldJobs(
            waiting,
            store.membership,
            store.node("one"),
            new StandIns(() -> catalog, (pool, account) -> reach(account)),
            config.dispatch(),
            bus,
            () -> NOW);
  }

  private Reach reach(@Nullable String account) {
    return account == null || account.equals(StoreFixture.ACCOUNT) ? reach : new Reach(Set.of());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private JobId held(String reason) throws Exception {
    JobId job = store.job();
    assertThat(await(waiting.hold(List.of(job), reason, NOW))).isOne();
    return job;
  }

  private void look() throws Exception {
    await(duty.runOnce());
  }

  @Test
  void a_job_is_held_with_its_reservation_and_says_why() throws Exception {
    JobId job = held("model_unavailable");

    assertThat(store.state(job)).isEqualTo("held");
    assertThat(store.database.text("SELECT held_reason FROM job")).isEqualTo("model_unavailable");
    assertThat(store.balance()).isEqualTo("999995 5 0");
    assertThat(store.database.text("SELECT data->>'reason' FROM event WHERE type = 'job.held'"))
        .isEqualTo("model_unavailable");
  }

  @Test
  void it_stays_held_while_no_account_can_carry_it() throws Exception {
    JobId job = held("model_unavailable");

    look();

    assertThat(store.state(job)).isEqualTo("held");
  }

  @Test
  void it_is_queued_again_once_an_account_can_carry_it() throws Exception {
    JobId job = held("model_unavailable");
    reach = new Reach(Set.of(Dialect.LEGACY));

    look();

    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(store.database.text("SELECT held_reason IS NULL FROM job")).isEqualTo("t");
  }

  @Test
  void what_goes_on_wakes_the_lane_that_came_to_rest_meanwhile() throws Exception {
    NodeLease node = store.node("two");
    store.slots(1);
    JobId job = held("model_unavailable");
    assertThat(store.claim(node, 1)).isEmpty();
    reach = new Reach(Set.of(Dialect.LEGACY));

    look();

    assertThat(store.claimOne(node).ref().job()).isEqualTo(job);
  }

  @ParameterizedTest(name = "made by {0}: {1}")
  @CsvSource({StoreFixture.ACCOUNT + ",queued", "gone,held"})
  void one_that_uses_a_result_is_queued_again_only_for_the_account_that_made_it(
      String account, String state) throws Exception {
    JobId job = held("model_unavailable");
    store.database.execute(
        "UPDATE job SET pinned = '{\"account\":\"%s\",\"ids\":{\"/video_id\":\"77\"}}'"
            .formatted(account));
    reach = Reach.everywhere();

    look();

    assertThat(store.state(job)).isEqualTo(state);
  }

  @Test
  void one_whose_model_is_refused_is_not_tried_again_with_that_model() throws Exception {
    JobId job = held("model_refused");
    reach = Reach.everywhere();

    look();

    assertThat(store.state(job)).isEqualTo("held");
  }

  @Test
  void one_whose_model_is_refused_goes_on_with_another_once_the_catalog_names_one()
      throws Exception {
    JobId job = held("model_refused");
    reach = Reach.everywhere();
    catalog =
        CatalogFiles.read(
            new CatalogText(
                CatalogText.builtIn()
                    .capabilities()
                    .replaceFirst(
                        "    fallbacks:\n",
                        "    fallbacks:\n      - {model: kling-v2-6, to: [kling-v1-6]}\n"),
                CatalogText.builtIn().prices()));

    look();

    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(store.database.text("SELECT model || ' ' || slot_class FROM job"))
        .isEqualTo("kling-v1-6 kling-v1-6/video");
  }

  @Test
  void one_whose_model_was_taken_out_goes_on_with_another_once_the_catalog_names_one()
      throws Exception {
    JobId job = held("model_unavailable");
    store.database.execute("UPDATE job SET model = 'kling-taken-out'");
    reach = Reach.everywhere();

    look();
    assertThat(store.state(job)).isEqualTo("held");
    catalog = FallbackStrandedJobsTest.catalog();
    look();

    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(store.database.text("SELECT model || ' ' || slot_class FROM job"))
        .isEqualTo("kling-v1-6 kling-v1-6/video");
  }

  @Test
  void what_is_held_for_another_reason_is_left_alone() throws Exception {
    JobId job = held("batch_paused");
    reach = Reach.everywhere();

    look();

    assertThat(store.state(job)).isEqualTo("held");
  }
}
