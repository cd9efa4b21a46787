package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.store.StoreFixture;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Promise P2, step by step, on the real store. */
class DispatchTest {
  private final DispatchFixture dispatch;
  private final StoreFixture store;
  private final JobId job;

  DispatchTest() throws Exception {
    dispatch = new DispatchFixture();
    store = dispatch.store;
    job = dispatch.job();
  }

  @AfterEach
  void close() throws Exception {
    dispatch.close();
  }

  private List<String> accountsOfSends() {
    return dispatch.provider.creates().stream().map(create -> create.account()).toList();
  }

  private int tasks() {
    return dispatch.provider.tasks();
  }

  @Test
  void a_queued_job_is_sent_once() throws Exception {
    dispatch.send();
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(dispatch.sent()).hasSize(1);
  }

  @Test
  void no_more_jobs_are_sent_than_there_are_slots() throws Exception {
    store.jobs(store.tenant, 9);

    dispatch.send();

    assertThat(tasks()).isEqualTo(5);
    assertThat(store.inFlight()).isEqualTo(5);
  }

  @Test
  void a_job_behind_hundreds_that_no_account_can_carry_has_its_turn() throws Exception {
    store.jobs(store.tenant, 299);
    store.database.execute("UPDATE job SET kind = '" + DispatchFixture.NEWER + "'");
    JobId behind = store.job();
    dispatch.reach = new Reach(Set.of(Dialect.LEGACY));

    int passes = dispatch.sendAll(1_000, Duration.ofMillis(100));

    assertThat(store.state(behind)).isEqualTo("running");
    assertThat(passes).as("five slots, each pass").isLessThanOrEqualTo(300 / 5 + 2);
  }

  @Test
  void a_job_that_another_configuration_can_carry_runs_a_minute_later() throws Exception {
    store.database.execute("UPDATE job SET kind = '" + DispatchFixture.NEWER + "'");
    dispatch.reach = new Reach(Set.of(Dialect.LEGACY));
    dispatch.send();
    dispatch.reach = Reach.everywhere();

    dispatch.pass(Duration.ofSeconds(59));
    dispatch.send();
    assertThat(store.state(job)).isEqualTo("queued");
    dispatch.pass(Duration.ofSeconds(1));
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("running");
  }

  @Test
  void a_job_that_no_account_could_carry_for_an_hour_fails_and_costs_nothing() throws Exception {
    store.database.execute("UPDATE job SET kind = '" + DispatchFixture.NEWER + "'");
    dispatch.reach = new Reach(Set.of(Dialect.LEGACY));
    dispatch.send();

    dispatch.pass(DispatchFixture.NOWHERE_AFTER.minusSeconds(1));
    dispatch.send();
    assertThat(store.state(job)).isEqualTo("queued");
    dispatch.pass(Duration.ofMinutes(1));
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.database.text("SELECT error_number FROM job"))
        .isEqualTo(String.valueOf(ErrorCode.NO_ACCOUNT.number()));
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void nothing_is_claimed_while_the_breaker_is_open() throws Exception {
    dispatch.breakerOpen = true;

    dispatch.send();

    assertThat(store.state(job)).isEqualTo("queued");
  }

  @Test
  void an_account_on_trial_gets_nothing_while_a_sound_one_has_room() throws Exception {
    dispatch.spareSlots(20);
    dispatch.onTrial.add(DispatchFixture.SPARE);
    store.jobs(store.tenant, 3);

    dispatch.send();

    assertThat(accountsOfSends()).containsOnly(StoreFixture.ACCOUNT).hasSize(4);
  }

  @Test
  void an_account_on_trial_gets_one_job_when_the_sound_ones_are_full() throws Exception {
    dispatch.spareSlots(20);
    dispatch.onTrial.add(DispatchFixture.SPARE);
    store.jobs(store.tenant, 9);

    dispatch.send();

    assertThat(accountsOfSends()).hasSize(6).containsOnlyOnce(DispatchFixture.SPARE);
  }

  @Test
  void jobs_that_an_account_without_credit_refused_go_to_another_at_once() throws Exception {
    dispatch.spareSlots(1);
    store.jobs(store.tenant, 4);
    Fate noCredit = new Fate.Refuse(ErrorCode.PROVIDER_CREDIT, 1101);
    dispatch.provider.next(noCredit, noCredit, noCredit, noCredit, noCredit);
    dispatch.send();
    dispatch.onTrial.add(StoreFixture.ACCOUNT);
    dispatch.spareSlots(5);

    dispatch.send();

    assertThat(store.database.number("SELECT count(*) FROM job WHERE state = 'running'"))
        .isEqualTo(5);
  }

  @Test
  void a_model_that_one_account_has_not_bought_is_run_by_another() throws Exception {
    dispatch.spareSlots(5);
    dispatch.provider.next(new Fate.Refuse(ErrorCode.MODEL_NOT_GRANTED, 1103));

    dispatch.send();
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(attempts()).isEqualTo("refused, running");
    assertThat(store.database.number("SELECT attempts FROM job")).isZero();
    assertThat(store.database.number("SELECT count(DISTINCT account_id) FROM attempt"))
        .isEqualTo(2);
  }

  @Test
  void a_model_that_no_account_of_the_pool_has_bought_fails_the_job() throws Exception {
    dispatch.spareSlots(5);
    dispatch.provider.next(
        new Fate.Refuse(ErrorCode.MODEL_NOT_GRANTED, 1103),
        new Fate.Refuse(ErrorCode.MODEL_NOT_GRANTED, 1103));

    dispatch.send();
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.database.number("SELECT error_number FROM job"))
        .isEqualTo(ErrorCode.MODEL_UNAVAILABLE.number());
    assertThat(attempts()).isEqualTo("refused, refused");
  }

  @Test
  void a_model_that_was_not_granted_after_an_unknown_send_closes_nothing() throws Exception {
    dispatch.spareSlots(5);
    dispatch.provider.next(new Fate.Vanish(), new Fate.Refuse(ErrorCode.MODEL_NOT_GRANTED, 1103));

    dispatch.send();
    dispatch.lookUp();
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("submitting");
    assertThat(attempts()).isEqualTo("unknown");
  }

  private String attempts() {
    return store.database.text("SELECT string_agg(state, ', ' ORDER BY number) FROM attempt");
  }

  @Test
  void without_a_lease_nothing_is_sent() throws Exception {
    dispatch.lease.lost();

    dispatch.send();

    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(dispatch.sent()).isEmpty();
  }

  @Test
  void a_full_account_gives_the_job_its_place_back_and_is_left_alone() throws Exception {
    dispatch.provider.next(new Fate.Refuse(ErrorCode.PROVIDER_BUSY, 1303));

    dispatch.send();
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(dispatch.sent()).hasSize(1);
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_job_that_its_account_refuses_lets_the_next_one_try() throws Exception {
    JobId next = store.job();
    dispatch.createsAllowed = 1;
    dispatch.provider.next(new Fate.Refuse(ErrorCode.PROVIDER_CREDIT, 1101));

    dispatch.send();
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(store.state(next)).isEqualTo("running");
  }

  @Test
  void a_job_that_its_account_refused_keeps_its_place_and_its_attempts() throws Exception {
    JobId next = store.job();
    dispatch.createsAllowed = 1;
    dispatch.provider.next(new Fate.Refuse(ErrorCode.PROVIDER_CREDIT, 1101));
    dispatch.send();

    dispatch.pass(DispatchFixture.REFUSAL_CAP);
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(store.state(next)).isEqualTo("queued");
    assertThat(store.database.number("SELECT sum(attempts) FROM job")).isZero();
    assertThat(store.transfers(job)).isEqualTo("reserve 5");
  }

  @Test
  void what_only_the_caller_can_mend_fails_the_job_and_costs_nothing() throws Exception {
    dispatch.provider.next(new Fate.Refuse(ErrorCode.CONTENT_REJECTED, 1301));

    dispatch.send();

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
  }

  @Test
  void a_task_whose_answer_was_lost_is_adopted_and_not_sent_again() throws Exception {
    dispatch.provider.next(new Fate.AcceptAndLoseAnswer());
    dispatch.send();
    assertThat(store.state(job)).isEqualTo("submitting");

    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(dispatch.sent()).hasSize(1);
  }

  @Test
  void an_answer_after_the_deadline_is_recorded() throws Exception {
    dispatch.provider.next(new Fate.AnswerLate());
    dispatch.send();

    dispatch.provider.answerLate();
    dispatch.untilIdle();

    assertThat(store.state(job)).isEqualTo("running");
  }

  @Test
  void a_send_that_got_lost_is_repeated_under_the_same_id() throws Exception {
    dispatch.provider.next(new Fate.Vanish());
    dispatch.send();

    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(dispatch.sent()).hasSize(2);
    assertThat(dispatch.sent().get(1)).isEqualTo(dispatch.sent().get(0));
  }

  @Test
  void an_id_that_is_already_taken_is_looked_up_until_its_task_is_seen() throws Exception {
    dispatch.provider.next(new Fate.AcceptInvisibly());
    dispatch.send();
    dispatch.lookUp();
    assertThat(dispatch.sent()).as("sent again, and refused as taken").hasSize(2);
    assertThat(store.state(job)).isEqualTo("submitting");

    dispatch.provider.reveal(dispatch.sent().get(0));
    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(tasks()).isEqualTo(1);
  }

  @Test
  void a_refusal_after_an_unknown_send_is_believed_only_at_the_horizon() throws Exception {
    dispatch.provider.next(new Fate.Vanish(), new Fate.Refuse(ErrorCode.PROVIDER_REJECTED, 1201));
    dispatch.send();
    dispatch.lookUp();
    assertThat(store.state(job)).isEqualTo("submitting");

    dispatch.pass(DispatchFixture.HORIZON);
    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_new_attempt_is_made_only_when_the_old_one_is_not_there_at_the_horizon() throws Exception {
    dispatch.provider.next(new Fate.Vanish(), new Fate.Vanish(), new Fate.Vanish());
    dispatch.send();
    dispatch.lookUp();
    dispatch.lookUp();
    dispatch.lookUp();
    assertThat(dispatch.sent()).as("sends are bounded").hasSize(3);

    dispatch.pass(DispatchFixture.HORIZON);
    dispatch.lookUp();
    assertThat(store.state(job)).isEqualTo("queued");
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(dispatch.sent().get(3)).isNotEqualTo(dispatch.sent().get(0));
  }

  @Test
  void the_horizon_counts_from_the_last_of_several_sends() throws Exception {
    dispatch.provider.next(new Fate.Vanish(), new Fate.Vanish(), new Fate.Vanish());
    dispatch.send();
    dispatch.pass(DispatchFixture.HORIZON.minusSeconds(20));
    dispatch.lookUp();
    assertThat(dispatch.sent()).as("again, just before the horizon of the first").hasSize(2);

    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("submitting");
    assertThat(Set.copyOf(dispatch.sent())).as("one attempt").hasSize(1);
  }

  @Test
  void a_job_whose_attempts_all_vanish_fails_and_costs_nothing() throws Exception {
    for (int attempt = 0; attempt < DispatchFixture.MAX_ATTEMPTS; attempt++) {
      dispatch.provider.next(new Fate.Vanish());
      dispatch.send();
      dispatch.pass(DispatchFixture.HORIZON);
      dispatch.lookUp();
    }

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void a_look_up_that_goes_wrong_concludes_nothing_even_at_the_horizon() throws Exception {
    dispatch.provider.next(new Fate.AcceptAndLoseAnswer());
    dispatch.send();
    dispatch.provider.breakQueries(true);
    dispatch.pass(DispatchFixture.HORIZON);
    dispatch.lookUp();
    assertThat(store.state(job)).isEqualTo("submitting");

    dispatch.provider.breakQueries(false);
    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("running");
  }

  @Test
  void what_cannot_be_looked_up_is_never_asked_for_and_never_sent_again() throws Exception {
    dispatch.lookup = LookupBy.NONE;
    dispatch.provider.next(new Fate.Vanish());
    dispatch.send();

    dispatch.lookUp();
    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("submitting");
    assertThat(dispatch.sent()).hasSize(1);
    assertThat(dispatch.provider.queries()).isZero();
  }

  @Test
  void what_cannot_be_looked_up_fails_at_the_horizon_and_costs_the_tenant_nothing()
      throws Exception {
    dispatch.lookup = LookupBy.NONE;
    dispatch.provider.next(new Fate.AcceptAndLoseAnswer());
    dispatch.send();

    dispatch.pass(DispatchFixture.HORIZON);
    dispatch.lookUp();
    dispatch.send();

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.database.number("SELECT error_number FROM job"))
        .isEqualTo(ErrorCode.PROVIDER_OUTCOME_UNKNOWN.number());
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.database.text("SELECT state FROM attempt")).isEqualTo("abandoned");
    assertThat(dispatch.sent()).hasSize(1);
    assertThat(dispatch.provider.queries()).isZero();
  }

  @Test
  void what_cannot_be_looked_up_runs_when_its_answer_comes_late() throws Exception {
    dispatch.lookup = LookupBy.NONE;
    dispatch.provider.next(new Fate.AnswerLate());
    dispatch.send();

    dispatch.provider.answerLate();
    dispatch.untilIdle();
    dispatch.pass(DispatchFixture.HORIZON);
    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("running");
  }

  @Test
  void what_cannot_be_looked_up_is_not_sent_again_after_a_crash_before_its_outcome_was_recorded()
      throws Exception {
    dispatch.lookup = LookupBy.NONE;
    dispatch.provider.next(new Fate.AcceptAndLoseAnswer());
    dispatch.send();
    store.database.execute("UPDATE attempt SET state = 'claimed', last_unknown_at = NULL");
    StoreFixture.await(store.membership.leave(dispatch.lease));
    NodeLease heir = dispatch.lease("two");
    StoreFixture.await(store.membership.takeOver(heir, 10));
    Dispatch other = dispatch.dispatch(heir);

    store.database.execute("UPDATE attempt SET last_unknown_at = '2000-01-01T00:00:00Z'");
    dispatch.reload(other);
    dispatch.lookUp(other);
    assertThat(store.state(job)).isEqualTo("submitting");
    dispatch.pass(DispatchFixture.HORIZON);
    dispatch.lookUp(other);

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.database.text("SELECT state FROM attempt")).isEqualTo("abandoned");
    assertThat(dispatch.sent()).hasSize(1);
    assertThat(dispatch.provider.queries()).isZero();
  }

  @Test
  void nothing_is_sent_again_while_the_breaker_is_open() throws Exception {
    dispatch.provider.next(new Fate.Vanish());
    dispatch.send();
    dispatch.breakerOpen = true;

    dispatch.lookUp();

    assertThat(dispatch.sent()).hasSize(1);
    assertThat(store.state(job)).isEqualTo("submitting");
  }

  @Test
  void an_unknown_send_of_a_node_that_left_is_resolved_by_another() throws Exception {
    dispatch.provider.next(new Fate.AcceptAndLoseAnswer());
    dispatch.send();
    StoreFixture.await(store.membership.leave(dispatch.lease));
    NodeLease heir = dispatch.lease("two");
    StoreFixture.await(store.membership.takeOver(heir, 10));
    Dispatch other = dispatch.dispatch(heir);

    dispatch.reload(other);
    dispatch.lookUp(other);

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(tasks()).isEqualTo(1);
  }

  @Test
  void the_horizon_of_a_send_that_another_clock_dated_counts_from_its_adoption() throws Exception {
    dispatch.provider.next(new Fate.Vanish(), new Fate.Vanish());
    dispatch.send();
    StoreFixture.await(store.membership.leave(dispatch.lease));
    NodeLease heir = dispatch.lease("two");
    StoreFixture.await(store.membership.takeOver(heir, 10));
    store.database.execute("UPDATE attempt SET last_unknown_at = '2000-01-01T00:00:00Z'");
    Dispatch other = dispatch.dispatch(heir);

    dispatch.reload(other);
    dispatch.lookUp(other);
    assertThat(store.state(job)).isEqualTo("submitting");
    dispatch.pass(DispatchFixture.HORIZON);
    dispatch.lookUp(other);

    assertThat(store.state(job)).isEqualTo("queued");
  }

  @Test
  void a_node_whose_job_was_taken_over_can_change_nothing() throws Exception {
    dispatch.provider.next(new Fate.AcceptAndLoseAnswer());
    dispatch.send();
    store.database.execute("UPDATE job SET fence = fence + 1 WHERE id = '" + job + "'");

    dispatch.lookUp();

    assertThat(store.state(job)).isEqualTo("submitting");
    assertThat(dispatch.sent()).isEqualTo(List.of(dispatch.sent().get(0)));
  }
}
