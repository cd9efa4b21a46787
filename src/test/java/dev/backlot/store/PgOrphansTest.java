package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.backToQueue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Orphans.Found;
import dev.backlot.port.Orphans.Tally;
import dev.backlot.port.Strays.End;
import dev.backlot.port.Strays.Kind;
import dev.backlot.port.Strays.Stray;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.TaskList;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which listed tasks no attempt owns, and what they cost. */
class PgOrphansTest {
  private static final TaskList LIST = new TaskList(ACCOUNT, "path-per-model", "/tasks");

  private final StoreFixture store = new StoreFixture();
  private final PgOrphans orphans =
      new PgOrphans(store.vertx, store.database.pool(), new Random(6), store.ids::next);
  private final PgStrays strays = new PgStrays(store.vertx, store.database.pool(), new Random(7));
  private NodeLease node;

  @BeforeEach
  void open() throws Exception {
    store.slots(10);
    node = store.node("one");
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void a_task_of_an_open_attempt_is_none() throws Exception {
    store.jobs(store.tenant, 2);
    AttemptRef unknown = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(unknown, "time-out"));
    AttemptRef running = store.running(node);

    assertThat(listed(unknown, "1")).isEmpty();
    assertThat(listed(running, "task-" + running.id())).isEmpty();
  }

  @Test
  void a_task_of_a_detached_attempt_is_none() throws Exception {
    store.job();
    AttemptRef ref = store.running(node);
    JobError error = new JobError(ErrorCode.GENERATION_TIMEOUT, "It took too long.");
    store.finish(CancelPolicy.KEEP, new Ending.GivenUp(ref, error));

    assertThat(listed(ref, "task-" + ref.id())).isEmpty();
  }

  @Test
  void a_task_that_an_attempt_was_closed_with_is_none() throws Exception {
    store.job();
    AttemptRef ref = store.running(node);
    store.finish(CancelPolicy.KEEP, StoreFixture.succeeded(ref, "5"));

    assertThat(listed(ref, "task-" + ref.id())).isEmpty();
  }

  @Test
  void a_task_that_turned_up_after_its_attempt_was_closed_is_followed_as_its_route_wants()
      throws Exception {
    AttemptRef ref = absent();

    assertThat(listed(ref, "77"))
        .singleElement()
        .returns("77", Found::taskId)
        .returns(ref.id().value(), Found::attempt)
        .returns(ref.job().value(), Found::job);

    assertThat(await(strays.open(ACCOUNT, null, 10)))
        .singleElement()
        .returns(Kind.ORPHAN, Stray::kind)
        .returns("legacy", Stray::dialect)
        .returns(ref.path(), Stray::path)
        .returns("77", Stray::taskId);
    assertThat(store.database.text("SELECT task_id FROM attempt"))
        .as("as evidence")
        .isEqualTo("77");
  }

  @Test
  void it_is_found_once() throws Exception {
    AttemptRef ref = absent();
    listed(ref, "77");

    assertThat(listed(ref, "77")).isEmpty();

    end(success("4"));
    assertThat(listed(ref, "77")).as("after its end").isEmpty();
  }

  @Test
  void its_bill_is_a_loss_beside_what_the_next_attempt_costs() throws Exception {
    AttemptRef ref = absent();
    listed(ref, "77");
    AttemptRef second = store.running(node);
    store.finish(CancelPolicy.KEEP, StoreFixture.succeeded(second, "4"));

    end(success("5"));

    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, settle 4, release 1, loss 5");
    assertThat(store.inFlight()).isZero();
    assertThat(await(strays.open(ACCOUNT, null, 10))).isEmpty();
  }

  @Test
  void without_a_named_charge_it_costs_what_its_job_was_to_cost() throws Exception {
    AttemptRef ref = absent();
    listed(ref, "77");

    end(success(null));

    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, loss 5");
  }

  @Test
  void a_task_that_failed_costs_nothing() throws Exception {
    AttemptRef ref = absent();
    listed(ref, "77");

    end(new TaskReport.Failed("77", ErrorCode.GENERATION_FAILED, "It failed.", null, "{}"));

    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5");
    assertThat(store.database.text("SELECT state FROM orphan")).isEqualTo("failed");
  }

  @Test
  void a_task_whose_attempt_is_not_in_this_database_is_a_loss_without_a_job() throws Exception {
    assertThat(await(orphans.record(LIST, List.of(new Listed("88", "abcd1234-0")), NOW)))
        .singleElement()
        .returns(null, Found::attempt);

    end(success("3"));

    assertThat(
            store.database.text(
                "SELECT kind || ' ' || trim_scale(amount) || ' ' || asset FROM transfer"
                    + " WHERE job_id IS NULL AND kind <> 'grant'"))
        .isEqualTo("loss 3 video_unit");
  }

  @Test
  void images_of_nobody_are_paid_in_image_units() throws Exception {
    await(orphans.record(LIST, List.of(new Listed("88", "abcd1234-0")), NOW));

    end(
        new TaskReport.Succeeded(
            "88", List.of(new Output(0, "image", null, false)), Credits.of("3"), "{}"));

    assertThat(store.database.text("SELECT asset FROM transfer WHERE kind = 'loss'"))
        .isEqualTo("image_unit");
  }

  @Test
  void what_nobody_named_a_price_for_is_closed_without_one() throws Exception {
    await(orphans.record(LIST, List.of(new Listed("88", "abcd1234-0")), NOW));

    end(success(null));

    assertThat(store.database.text("SELECT billed IS NULL FROM orphan")).isEqualTo("t");
  }

  @Test
  void however_many_find_and_close_it_at_once_it_is_booked_once() throws Exception {
    List<Listed> tasks = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tasks.add(new Listed("t" + i, "abcd1234-" + i));
    }
    List<Future<List<Found>>> finders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      finders.add(orphans.record(LIST, tasks, NOW));
    }
    await(Future.join(finders));
    assertThat(finders.stream().mapToInt(each -> each.result().size()).sum()).isEqualTo(50);

    List<End> ends = new ArrayList<>();
    for (Stray stray : await(strays.open(ACCOUNT, null, 100))) {
      ends.add(
          new End.Reported(
              stray, new TaskReport.Succeeded(stray.taskId(), List.of(), Credits.of("2"), "{}")));
    }
    List<Future<List<End>>> closers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closers.add(strays.close(ends, NOW));
    }
    await(Future.join(closers));

    assertThat(
            store.database.text("SELECT trim_scale(sum(amount)) FROM transfer WHERE kind = 'loss'"))
        .isEqualTo("100");
  }

  @Test
  void a_list_is_first_read_from_when_the_installation_was_made() throws Exception {
    assertThat(await(orphans.sweptTo(LIST)))
        .isEqualTo(
            Instant.parse(
                store.database.text(
                    "SELECT to_char(created_at AT TIME ZONE 'UTC',"
                        + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM installation")));
  }

  @Test
  void the_mark_of_a_list_moves_on_and_never_back() throws Exception {
    await(orphans.swept(LIST, NOW));
    await(orphans.swept(LIST, NOW.minusSeconds(60)));

    assertThat(await(orphans.sweptTo(LIST))).isEqualTo(NOW);
  }

  @Test
  void the_mark_waits_for_an_attempt_whose_outcome_is_unknown() throws Exception {
    store.job();
    AttemptRef unknown = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(unknown, "time-out"));

    await(orphans.swept(LIST, NOW.plusSeconds(3_600)));

    assertThat(await(orphans.sweptTo(LIST))).isEqualTo(NOW);
  }

  @Test
  void orphans_are_counted_by_account_and_by_state() throws Exception {
    await(orphans.record(LIST, List.of(new Listed("88", "abcd1234-0")), NOW));

    assertThat(await(orphans.tally(NOW))).containsExactly(new Tally(ACCOUNT, 1, 1));
    end(success("3"));
    assertThat(await(orphans.tally(NOW.minusSeconds(1)))).containsExactly(new Tally(ACCOUNT, 0, 1));
    assertThat(await(orphans.tally(NOW))).isEmpty();
    assertThat(await(strays.counts()))
        .extracting(count -> count.kind() + " " + count.state() + " " + count.strays())
        .containsExactly("detached open 0", "orphan succeeded 1");
  }

  /** An attempt that was not there at the horizon; its job is queued again. */
  private AttemptRef absent() throws Exception {
    store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));
    store.record(backToQueue(ref, Closing.ABSENT, true));
    return ref;
  }

  private List<Found> listed(AttemptRef ref, String task) throws Exception {
    return await(orphans.record(LIST, List.of(new Listed(task, ref.externalId())), NOW));
  }

  private void end(TaskReport report) throws Exception {
    Stray stray = await(strays.open(ACCOUNT, null, 2)).get(0);
    assertThat(await(strays.close(List.of(new End.Reported(stray, report)), NOW))).hasSize(1);
  }

  private static TaskReport success(@Nullable String deduction) {
    return new TaskReport.Succeeded(
        "77",
        List.of(new Output(0, "video", "5.1", false)),
        deduction == null ? null : Credits.of(deduction),
        "{}");
  }
}
