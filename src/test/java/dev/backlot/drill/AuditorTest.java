package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.simulator.BookedTask;
import dev.backlot.store.StoreFixture;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a drill finds when something is wrong: each check must be able to fail. */
class AuditorTest {
  private StoreFixture store;
  private Auditor auditor;
  private AttemptRef running;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    store.slots(5);
    store.job();
    NodeLease node = store.node("node-1");
    running = store.running(node);
    auditor = new Auditor(store.database.config().port(), store.database.config().name());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_job_with_two_bills_is_found() {
    BookedTask paid = task(running.externalId(), "2");

    assertThat(auditor.paidTwice(List.of(paid))).isEmpty();
    assertThat(auditor.paidTwice(List.of(paid, task(running.externalId(), "0")))).isEmpty();
    assertThat(auditor.paidTwice(List.of(paid, task(running.externalId(), "2"))))
        .containsExactly(running.job().toString());
  }

  @Test
  void a_task_that_no_attempt_made_is_found() {
    assertThat(auditor.strangers(List.of(task(running.externalId(), "2")))).isEmpty();
    assertThat(auditor.strangers(List.of(task("somebody-elses", "2"))))
        .containsExactly("somebody-elses");
  }

  @Test
  void a_balance_that_the_transfers_do_not_add_up_to_is_found() {
    assertThat(auditor.crookedBalances()).isZero();

    store.database.execute(
        "UPDATE balance SET available = available - 1 WHERE asset = 'video_unit'");

    assertThat(auditor.crookedBalances()).isEqualTo(1);
  }

  @Test
  void what_has_not_ended_is_counted() {
    assertThat(auditor.open()).isEqualTo(1);
    assertThat(auditor.openReservations()).isEqualTo(1);
    assertThat(auditor.slotsTaken()).isEqualTo(1);
  }

  @Test
  void a_node_answers_for_its_jobs_until_another_takes_them_over() {
    assertThat(auditor.ownedBy("node-1")).isEqualTo(1);

    store.database.execute("UPDATE job SET epoch = epoch + 1");

    assertThat(auditor.ownedBy("node-1")).isZero();
  }

  @Test
  void events_are_told_in_the_order_of_the_log() {
    assertThat(auditor.events())
        .containsExactly(
            running.job() + " 1 job.queued",
            running.job() + " 2 job.submitting",
            running.job() + " 3 job.running");
  }

  @Test
  void a_story_without_one_of_its_events_is_found() {
    assertThat(auditor.brokenStories()).isEmpty();

    store.database.execute("DELETE FROM event WHERE job_version = 2");

    assertThat(auditor.brokenStories()).containsExactly(running.job().toString());
  }

  @Test
  void a_story_that_tells_something_twice_is_found() {
    store.database.execute(
        """
        INSERT INTO event (tenant_id, job_id, batch_id, job_version, type, at, data)
        SELECT tenant_id, job_id, batch_id, job_version, type, at, data FROM event
         WHERE job_version = 3""");

    assertThat(auditor.brokenStories()).containsExactly(running.job().toString());
  }

  @Test
  void a_story_that_does_not_end_as_the_job_has_is_found() {
    store.database.execute("UPDATE event SET type = 'job.failed' WHERE job_version = 3");

    assertThat(auditor.brokenStories()).containsExactly(running.job().toString());
  }

  @Test
  void a_job_whose_task_is_billed_and_that_has_no_result_is_found() {
    BookedTask paid = task(running.externalId(), "2");

    assertThat(auditor.paidForNothing(List.of(paid))).containsExactly(running.job().toString());
    assertThat(auditor.paidForNothing(List.of(task(running.externalId(), "0")))).isEmpty();
  }

  private static BookedTask task(String externalId, String billed) {
    return new BookedTask(
        "task-" + externalId,
        externalId,
        "text2video",
        "kling-v2-6",
        "std",
        5,
        1,
        "video",
        "succeed",
        "",
        new BigDecimal(billed),
        0,
        1);
  }
}
