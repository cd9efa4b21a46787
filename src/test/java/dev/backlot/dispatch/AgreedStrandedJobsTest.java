package dev.backlot.dispatch;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.NodeReports.Report;
import dev.backlot.store.PgNodeReports;
import dev.backlot.store.PgStrandedJobs;
import dev.backlot.store.StoreFixture;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the real store: a queued job that this node cannot run, and another node beside it. */
class AgreedStrandedJobsTest {
  private static final String OURS = "0123456789abcdef";
  private static final String THEIRS = "fedcba9876543210";
  private static final JobError NOWHERE =
      new JobError(ErrorCode.NO_ACCOUNT, "No account can run it.");

  private final StoreFixture store = new StoreFixture();
  private final PgNodeReports reports = new PgNodeReports(store.database.pool());
  private final AgreedStrandedJobs agreed =
      new AgreedStrandedJobs(
          new PgStrandedJobs(store.vertx, store.database.pool(), new Random(1)),
          reports,
          () -> OURS);
  private JobId job;
  private NodeLease other;

  AgreedStrandedJobsTest() throws Exception {}

  @BeforeEach
  void accept() throws Exception {
    job = store.job();
    say(store.node("this"), OURS);
    other = store.node("other");
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private void say(NodeLease node, String offer) throws Exception {
    await(reports.say(node, new Report(List.of(), List.of(), offer)));
  }

  private int fail() throws Exception {
    return await(agreed.fail(List.of(job), NOWHERE, NOW));
  }

  @Test
  void what_all_nodes_offer_the_same_catalog_for_is_failed() throws Exception {
    say(other, OURS);

    assertThat(fail()).isOne();
    assertThat(store.state(job)).isEqualTo("failed");
  }

  @Test
  void what_a_node_with_another_catalog_may_run_stays_in_the_queue() throws Exception {
    say(other, THEIRS);

    assertThat(fail()).isZero();
    assertThat(await(agreed.hold(List.of(job), HeldReason.MODEL_UNAVAILABLE, NOW))).isZero();
    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(store.balance()).isEqualTo("999995 5 0");
  }

  @Test
  void a_node_of_a_version_that_does_not_say_what_it_offers_may_run_it() throws Exception {
    say(other, "");

    assertThat(fail()).isZero();
  }

  @Test
  void a_node_that_has_not_said_yet_what_it_offers_may_run_it() throws Exception {
    assertThat(fail()).isZero();
  }

  @Test
  void a_node_that_joins_again_may_run_it_before_it_has_said_so() throws Exception {
    say(other, THEIRS);
    await(store.membership.register(other, "other"));

    assertThat(fail()).isZero();
  }

  @Test
  void a_node_that_is_gone_has_no_say() throws Exception {
    say(other, THEIRS);
    store.database.execute("UPDATE node SET heartbeat_at = '-infinity' WHERE name = 'other'");

    assertThat(fail()).isOne();
  }

  @Test
  void it_is_failed_when_the_last_node_of_the_other_version_has_changed() throws Exception {
    say(other, THEIRS);
    assertThat(fail()).isZero();

    say(other, OURS);

    assertThat(fail()).isOne();
  }
}
