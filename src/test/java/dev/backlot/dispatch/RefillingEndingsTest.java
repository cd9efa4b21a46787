package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.bus.Addresses;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Endings;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Finished;
import dev.backlot.port.Endings.Running;
import dev.backlot.store.StoreFixture;
import dev.backlot.stream.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two jobs and one slot, and no pass but those that a test makes. */
class RefillingEndingsTest {
  private final DispatchFixture dispatch;
  private JobId first;
  private JobId second;

  RefillingEndingsTest() throws Exception {
    dispatch = new DispatchFixture();
  }

  @BeforeEach
  void oneRunsAndOneWaits() throws Exception {
    dispatch.store.slots(1);
    first = dispatch.job();
    dispatch.send();
    second = dispatch.job();
    dispatch.openRefills();
  }

  @AfterEach
  void close() throws Exception {
    dispatch.close();
  }

  @Test
  void what_takes_a_freed_slot_is_sent_without_a_pass() throws Exception {
    Finished finished = end();

    assertThat(finished.freeSlots()).isZero();
    assertThat(dispatch.sent()).hasSize(2);
    assertThat(dispatch.store.state(second)).isEqualTo("running");
  }

  @Test
  void the_slots_of_an_account_on_trial_are_left_to_the_passes() throws Exception {
    dispatch.onTrial.add(StoreFixture.ACCOUNT);

    assertThat(end().freeSlots()).isOne();
    assertThat(dispatch.sent()).hasSize(1);

    dispatch.send();
    assertThat(dispatch.sent()).hasSize(2);
  }

  @Test
  void a_pass_that_began_beside_a_refill_is_followed_by_another() throws Exception {
    List<Integer> woken = wakeUps();

    dispatch.endBesideAPass(List.of(succeeded(running())));

    Waiting.until(() -> woken.equals(List.of(1)));
  }

  @Test
  void a_pass_that_ended_beside_a_refill_is_repeated() throws Exception {
    List<Integer> woken = wakeUps();

    dispatch.endAroundAPass(List.of(succeeded(running())));

    Waiting.until(() -> woken.equals(List.of(1)));
  }

  @Test
  void endings_that_throw_fail_and_promise_nothing_any_more() throws Exception {
    RefillingEndings broken = new RefillingEndings(throwing());
    dispatch.open(broken);

    Future<Finished> finished =
        broken.finish(List.of(succeeded(running())), CancelPolicy.KEEP, StoreFixture.NOW);

    assertThatThrownBy(() -> StoreFixture.await(finished)).hasMessageContaining("a defect");
    dispatch.untilIdle();
  }

  @Test
  void an_open_breaker_keeps_no_job_from_its_end() throws Exception {
    dispatch.breakerOpen = true;

    assertThat(end().freeSlots()).isOne();
    assertThat(dispatch.store.state(first)).isEqualTo("succeeded");
    assertThat(dispatch.store.state(second)).isEqualTo("queued");
  }

  @Test
  void without_its_lease_a_node_claims_nothing() throws Exception {
    dispatch.lease.lost();

    end();

    assertThat(dispatch.store.state(second)).isEqualTo("queued");
  }

  @Test
  void a_job_that_no_account_can_carry_is_passed_over_and_noted() throws Exception {
    dispatch.withdrawn.add("kling-v2-6");

    assertThat(end().freeSlots()).isOne();
    assertThat(dispatch.store.database.text("SELECT due FROM job WHERE id = '" + second + "'"))
        .isEqualTo("f");
  }

  @Test
  void after_the_order_to_stop_endings_claim_nothing() throws Exception {
    dispatch.stop();

    assertThat(end().freeSlots()).isOne();
    assertThat(dispatch.sent()).hasSize(1);
  }

  @Test
  void after_the_end_of_claims_neither_endings_nor_passes_take_a_job() throws Exception {
    dispatch.endClaims();

    assertThat(end().freeSlots()).isOne();
    dispatch.send();

    assertThat(dispatch.sent()).hasSize(1);
    assertThat(dispatch.store.state(second)).isEqualTo("queued");
  }

  @Test
  void before_dispatch_is_at_work_endings_claim_nothing() throws Exception {
    dispatch.endings.close();

    assertThat(end().freeSlots()).isOne();
  }

  @Test
  void an_end_that_comes_twice_takes_nothing_again() throws Exception {
    AttemptRef ref = running();
    finish(ref);

    assertThat(finish(ref).applied()).isEmpty();
    assertThat(dispatch.sent()).hasSize(2);
  }

  @Test
  void whoever_ends_attempts_gets_the_answer_on_its_own_event_loop() throws Exception {
    Ending ending = succeeded(running());
    Context own = dispatch.store.vertx.getOrCreateContext();
    Promise<Boolean> there = Promise.promise();

    own.runOnContext(
        go ->
            dispatch
                .endings
                .finish(List.of(ending), CancelPolicy.KEEP, StoreFixture.NOW)
                .onComplete(done -> there.complete(Vertx.currentContext() == own)));

    assertThat(StoreFixture.await(there.future())).isTrue();
  }

  private List<Integer> wakeUps() {
    List<Integer> woken = new CopyOnWriteArrayList<>();
    dispatch.bus.subscribe(Addresses.SLOTS_FREED, freed -> woken.add(freed.count()));
    return woken;
  }

  private static Endings throwing() {
    return (Endings)
        Proxy.newProxyInstance(
            Endings.class.getClassLoader(),
            new Class<?>[] {Endings.class},
            (proxy, method, arguments) -> {
              throw new IllegalStateException("a defect");
            });
  }

  private Finished end() throws Exception {
    return finish(running());
  }

  private Finished finish(AttemptRef ref) throws Exception {
    Finished finished =
        StoreFixture.await(
            dispatch.endings.finish(List.of(succeeded(ref)), CancelPolicy.KEEP, StoreFixture.NOW));
    dispatch.untilIdle();
    return finished;
  }

  private static Ending succeeded(AttemptRef ref) {
    return new Ending.Succeeded(
        ref, new TaskReport.Succeeded("task-" + ref.id(), List.of(), null, "{}"));
  }

  private AttemptRef running() throws Exception {
    List<Running> all =
        StoreFixture.await(dispatch.store.endings.allRunning(dispatch.lease, null, 10));
    return all.get(0).ref();
  }
}
