package dev.backlot.store;

import static dev.backlot.domain.job.CancelPolicy.DISCARD;
import static dev.backlot.domain.job.CancelPolicy.KEEP;
import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.failed;
import static dev.backlot.store.StoreFixture.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Strays.End;
import dev.backlot.port.Strays.Kind;
import dev.backlot.port.Strays.Stray;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job that is given up, and the attempt that goes on without it. */
class PgStraysTest {
  private static final Instant LATER = NOW.plusSeconds(3_600);
  private static final JobError TOO_LATE =
      new JobError(ErrorCode.GENERATION_TIMEOUT, "It took too long.");

  private StoreFixture store;
  private PgStrays strays;
  private NodeLease node;
  private JobId job;
  private AttemptRef ref;

  /** One running job of 5 units. */
  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    strays = new PgStrays(store.vertx, store.database.pool(), new Random(5));
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
  void a_job_that_is_given_up_fails_and_gets_its_credits_back() throws Exception {
    assertThat(giveUp(ref)).hasSize(1);

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
    assertThat(store.lastEventData(job))
        .contains("\"code\": \"generation-timeout\"", "\"charged\": \"0\"");
  }

  @Test
  void its_attempt_stays_open_and_keeps_its_slot() throws Exception {
    giveUp(ref);

    assertThat(store.attemptState(ref)).isEqualTo("running");
    assertThat(store.database.text("SELECT detached AND closed_at IS NULL FROM attempt"))
        .isEqualTo("t");
    assertThat(store.inFlight()).isOne();
    assertThat(await(strays.open(ACCOUNT, null, 10)))
        .containsExactly(
            new Stray(
                Kind.DETACHED,
                ref.id().value(),
                ACCOUNT,
                "legacy",
                ref.path(),
                "task-" + ref.id(),
                NOW));
  }

  @Test
  void nobody_polls_it_for_the_job_any_more() throws Exception {
    giveUp(ref);

    assertThat(await(store.endings.running(node, List.of(ref.id())))).isEmpty();
    assertThat(await(store.endings.allRunning(node, null, 10))).isEmpty();
  }

  @Test
  void the_job_never_changes_again() throws Exception {
    giveUp(ref);
    String before = store.database.text("SELECT j::text FROM job j");

    assertThat(store.finish(KEEP, succeeded(ref, "5"), failed(ref, "5"))).isEmpty();
    end(success("5"));

    assertThat(store.database.text("SELECT j::text FROM job j")).isEqualTo(before);
    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting, 3 running, 4 failed");
  }

  @Test
  void a_late_success_is_the_houses_loss_as_billed() throws Exception {
    giveUp(ref);

    end(success("4.5"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5, loss 4.5");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
    assertThat(store.attemptState(ref)).isEqualTo("succeeded");
    assertThat(store.inFlight()).isZero();
    assertThat(await(strays.open(ACCOUNT, null, 10))).isEmpty();
  }

  @Test
  void a_late_end_frees_all_the_slots_of_a_task_of_several() throws Exception {
    JobId images = store.job();
    store.database.execute("UPDATE job SET slots = 3 WHERE id = '" + images + "'");
    AttemptRef three = store.running(node);
    assertThat(store.inFlight()).isEqualTo(4);
    giveUp(three);

    end(success("5"));

    assertThat(store.inFlight()).isOne();
  }

  @Test
  void a_late_success_without_a_named_charge_is_a_loss_of_what_the_job_was_to_cost()
      throws Exception {
    giveUp(ref);

    end(success(null));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5, loss 5");
  }

  @Test
  void a_late_success_above_the_reserved_amount_is_all_loss() throws Exception {
    giveUp(ref);

    end(success("7"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5, loss 7");
  }

  @Test
  void a_late_failure_costs_what_the_provider_charges_for_it() throws Exception {
    giveUp(ref);

    end(failure("2"));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5, loss 2");
    assertThat(store.attemptState(ref)).isEqualTo("failed");
  }

  @Test
  void a_late_failure_is_free_as_a_rule() throws Exception {
    giveUp(ref);

    end(failure(null));

    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_task_that_the_provider_has_forgotten_frees_its_slot_and_books_nothing() throws Exception {
    giveUp(ref);

    await(strays.close(List.of(new End.Forgotten(only())), LATER));

    assertThat(store.attemptState(ref)).isEqualTo("failed");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_result_that_came_too_late_is_not_handed_out() throws Exception {
    giveUp(ref);
    end(success("5"));

    assertThat(await(store.store.jobs.resultSource(store.tenant, job))).isEmpty();
  }

  @Test
  void a_job_whose_cancellation_was_asked_for_is_canceled_when_it_is_given_up() throws Exception {
    store.wantCancel(job);

    giveUp(ref);

    assertThat(store.state(job)).isEqualTo("canceled");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    end(success("5"));
    assertThat(store.state(job)).isEqualTo("canceled");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5, loss 5");
  }

  @Test
  void an_attempt_with_an_unknown_send_is_not_given_up() throws Exception {
    JobId other = store.job();
    AttemptRef unknown = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(unknown, "time-out"));

    assertThat(giveUp(unknown)).isEmpty();

    assertThat(store.state(other)).isEqualTo("submitting");
    assertThat(store.transfers(other)).isEqualTo("reserve 5");
  }

  @Test
  void an_ending_that_comes_first_wins() throws Exception {
    assertThat(store.finish(DISCARD, succeeded(ref, "4"), givenUp(ref))).hasSize(1);

    assertThat(store.state(job)).isEqualTo("succeeded");
    assertThat(await(strays.open(ACCOUNT, null, 10))).isEmpty();
  }

  @Test
  void a_take_over_leaves_it_alone() throws Exception {
    giveUp(ref);
    store.database.execute("UPDATE node SET heartbeat_at = '-infinity'");

    await(store.membership.takeOver(store.node("two"), 100));

    assertThat(store.attemptState(ref)).isEqualTo("running");
  }

  @Test
  void however_many_close_it_at_once_it_is_booked_once() throws Exception {
    int many = 50;
    store.slots(many);
    store.jobs(store.tenant, many);
    for (var claimed : store.claim(node, many - 1)) {
      store.record(new Fact.Accepted(claimed.ref(), "task-" + claimed.ref().id()));
      giveUp(claimed.ref());
    }
    List<End> ends = new ArrayList<>();
    for (Stray stray : await(strays.open(ACCOUNT, null, many))) {
      ends.add(new End.Reported(stray, report(stray, "3")));
    }
    List<Future<List<End>>> closers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closers.add(strays.close(ends, LATER));
    }

    await(Future.join(closers));

    assertThat(closers.stream().mapToInt(each -> each.result().size()).sum())
        .isEqualTo(ends.size());
    assertThat(store.database.number("SELECT count(*) FROM transfer WHERE kind = 'loss'"))
        .isEqualTo(ends.size());
    assertThat(store.inFlight()).as("the job that was not given up").isOne();
  }

  @Test
  void strays_are_listed_page_by_page() throws Exception {
    giveUp(ref);
    store.job();
    AttemptRef second = store.running(node);
    giveUp(second);

    List<Stray> first = await(strays.open(ACCOUNT, null, 1));
    assertThat(first).extracting(Stray::id).containsExactly(ref.id().value());
    List<Stray> rest = await(strays.open(ACCOUNT, first.get(0), 1));
    assertThat(rest).extracting(Stray::id).containsExactly(second.id().value());
    assertThat(await(strays.open(ACCOUNT, rest.get(0), 1))).isEmpty();
  }

  @Test
  void those_of_another_account_are_listed_for_it_alone() throws Exception {
    giveUp(ref);

    assertThat(await(strays.open("account-b", null, 10))).isEmpty();
  }

  /** So that those which are asked for together are neighbours. */
  @Test
  void strays_are_listed_by_dialect_and_the_oldest_of_each_first() throws Exception {
    List<UUID> ids = new ArrayList<>();
    for (String dialect : List.of("path-per-model", "legacy", "path-per-model", "legacy")) {
      giveUp(ref);
      UUID id = ref.id().value();
      store.database.execute(
          "UPDATE attempt SET dialect = '" + dialect + "' WHERE id = '" + id + "'");
      ids.add(id);
      store.job();
      ref = store.running(node);
    }

    List<Stray> pages = new ArrayList<>(await(strays.open(ACCOUNT, null, 1)));
    for (int page = 1; page < ids.size(); page++) {
      pages.addAll(await(strays.open(ACCOUNT, pages.get(page - 1), 1)));
    }
    assertThat(pages)
        .extracting(Stray::id)
        .containsExactly(ids.get(1), ids.get(3), ids.get(0), ids.get(2));
  }

  private List<Ending> giveUp(AttemptRef which) throws Exception {
    return store.finish(DISCARD, givenUp(which));
  }

  private static Ending givenUp(AttemptRef which) {
    return new Ending.GivenUp(which, TOO_LATE);
  }

  private Stray only() throws Exception {
    return await(strays.open(ACCOUNT, null, 2)).get(0);
  }

  private void end(TaskReport report) throws Exception {
    End end = new End.Reported(only(), report);
    assertThat(await(strays.close(List.of(end), LATER))).containsExactly(end);
    assertThat(await(strays.close(List.of(end), LATER))).as("a second time").isEmpty();
  }

  private TaskReport success(@Nullable String deduction) throws Exception {
    return report(only(), deduction);
  }

  private static TaskReport report(Stray stray, @Nullable String deduction) {
    return new TaskReport.Succeeded(stray.taskId(), List.of(), credits(deduction), "{}");
  }

  private TaskReport failure(@Nullable String deduction) throws Exception {
    return new TaskReport.Failed(
        only().taskId(),
        ErrorCode.GENERATION_FAILED,
        "It did not work out.",
        credits(deduction),
        "{}");
  }

  private static @Nullable Credits credits(@Nullable String amount) {
    return amount == null ? null : Credits.of(amount);
  }
}
