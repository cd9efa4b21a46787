package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task that runs for too long is marked, and nothing else happens to its job. */
class PgOverdueTest {
  private static final Instant AFTER_START = NOW.plusSeconds(1);
  private static final int MANY = 100;

  private final StoreFixture fixture = new StoreFixture();
  private NodeLease node;
  private AttemptRef running;

  @BeforeEach
  void startTask() throws Exception {
    fixture.slots(10);
    node = fixture.node("a");
    fixture.job();
    running = fixture.running(node);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void a_task_that_the_provider_took_long_ago_is_marked_once() throws Exception {
    assertThat(mark(AFTER_START)).containsExactly(running.job());
    assertThat(mark(AFTER_START)).isEmpty();

    assertThat(job().overdue()).isTrue();
    assertThat(await(fixture.store.jobs.countOverdue())).isOne();
  }

  @Test
  void a_young_task_is_not_marked() throws Exception {
    assertThat(mark(NOW)).isEmpty();

    assertThat(job().overdue()).isFalse();
    assertThat(await(fixture.store.jobs.countOverdue())).isZero();
  }

  @Test
  void a_mark_changes_neither_state_nor_slot_nor_reservation() throws Exception {
    Job before = job();
    String balance = fixture.balance();

    mark(AFTER_START);

    assertThat(job().state()).isEqualTo(before.state());
    assertThat(job().version()).isEqualTo(before.version());
    assertThat(fixture.inFlight()).isOne();
    assertThat(fixture.balance()).isEqualTo(balance);
    assertThat(fixture.events(running.job())).isEqualTo("1 queued, 2 submitting, 3 running");
  }

  @Test
  void an_overdue_task_still_ends_as_it_would_have() throws Exception {
    mark(AFTER_START);

    assertThat(fixture.finish(CancelPolicy.KEEP, StoreFixture.succeeded(running, "3"))).hasSize(1);

    assertThat(fixture.state(running.job())).isEqualTo("succeeded");
    assertThat(job().overdue()).isFalse();
    assertThat(fixture.store.violations()).isEmpty();
  }

  @Test
  void a_new_attempt_starts_without_the_mark() throws Exception {
    mark(AFTER_START);

    fixture.finish(CancelPolicy.KEEP, StoreFixture.tryAgain(running, null));

    assertThat(job().overdue()).isFalse();
  }

  @Test
  void only_the_owner_marks() throws Exception {
    assertThat(await(fixture.endings.markOverdue(fixture.node("b"), AFTER_START, MANY))).isEmpty();
  }

  @Test
  void a_batch_is_bounded() throws Exception {
    fixture.jobs(fixture.tenant, 2);
    fixture.running(node);
    fixture.running(node);

    assertThat(await(fixture.endings.markOverdue(node, AFTER_START, 2))).hasSize(2);
    assertThat(mark(AFTER_START)).hasSize(1);
  }

  private List<JobId> mark(Instant before) throws Exception {
    return await(fixture.endings.markOverdue(node, before, MANY));
  }

  private Job job() throws Exception {
    return await(fixture.store.jobs.find(fixture.tenant, running.job())).orElseThrow();
  }
}
