package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.NowherePolicy;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With {@code dispatch.when-nowhere: hold}, and accounts that do not speak the newer dialect. */
class HoldNowhereTest {
  private DispatchFixture dispatch;
  private JobId job;

  @BeforeEach
  void open() throws Exception {
    dispatch = new DispatchFixture(NowherePolicy.HOLD);
    dispatch.reach = new Reach(Set.of(Dialect.LEGACY));
    job = dispatch.job();
    dispatch.store.database.execute("UPDATE job SET kind = '" + DispatchFixture.NEWER + "'");
  }

  @AfterEach
  void close() throws Exception {
    dispatch.close();
  }

  private void sendFor(Duration time) throws Exception {
    dispatch.send();
    dispatch.pass(time);
    dispatch.send();
  }

  @Test
  void a_job_that_no_account_could_carry_for_an_hour_is_held_with_its_reason() throws Exception {
    sendFor(DispatchFixture.NOWHERE_AFTER.plusMinutes(1));

    assertThat(dispatch.store.database.text("SELECT state || ' ' || held_reason FROM job"))
        .isEqualTo("held " + HeldReason.MODEL_UNAVAILABLE);
    assertThat(
            dispatch.store.database.text(
                "SELECT type || ' ' || (data->>'reason') FROM event ORDER BY position DESC LIMIT 1"))
        .isEqualTo("job.held " + HeldReason.MODEL_UNAVAILABLE);
  }

  @Test
  void it_keeps_what_was_reserved_and_nothing_is_sent() throws Exception {
    sendFor(DispatchFixture.NOWHERE_AFTER.plusMinutes(1));

    assertThat(dispatch.store.balance()).isEqualTo("999995 5 0");
    assertThat(dispatch.sent()).isEmpty();
  }

  @Test
  void a_job_whose_model_was_taken_out_of_the_catalog_is_not_sent_and_held() throws Exception {
    dispatch.reach = Reach.everywhere();
    dispatch.withdrawn.add(dispatch.store.database.text("SELECT model FROM job"));

    sendFor(DispatchFixture.NOWHERE_AFTER.plusMinutes(1));

    assertThat(dispatch.sent()).isEmpty();
    assertThat(dispatch.store.database.text("SELECT state || ' ' || held_reason FROM job"))
        .isEqualTo("held " + HeldReason.MODEL_UNAVAILABLE);
  }

  @Test
  void a_job_for_whose_model_there_is_no_slot_is_held_too() throws Exception {
    dispatch.reach = Reach.everywhere();
    dispatch.store.slots(0);
    assertThat(stateAfterTheHour()).isEqualTo("held " + HeldReason.MODEL_UNAVAILABLE);
  }

  @Test
  void a_job_that_needs_more_slots_than_any_account_has_is_held_too() throws Exception {
    dispatch.reach = Reach.everywhere();
    dispatch.store.database.execute("UPDATE job SET slots = 6");
    assertThat(stateAfterTheHour()).isEqualTo("held " + HeldReason.MODEL_UNAVAILABLE);
  }

  @Test
  void a_job_that_waits_for_slots_to_become_free_is_not_held() throws Exception {
    dispatch.reach = Reach.everywhere();
    dispatch.store.database.execute("UPDATE job SET slots = 5");
    dispatch.store.database.execute("UPDATE slot SET in_flight = 5");
    assertThat(stateAfterTheHour()).isEqualTo("queued");
  }

  private String stateAfterTheHour() throws Exception {
    dispatch.findNowhere();
    dispatch.pass(DispatchFixture.NOWHERE_AFTER.plusMinutes(1));
    dispatch.findNowhere();
    return dispatch.store.database.text("SELECT concat_ws(' ', state, held_reason) FROM job");
  }

  @Test
  void before_the_hour_is_over_it_stays_queued() throws Exception {
    sendFor(DispatchFixture.NOWHERE_AFTER.minusMinutes(1));

    assertThat(dispatch.store.state(job)).isEqualTo("queued");
  }

  @Test
  void a_job_that_an_account_can_carry_runs_meanwhile() throws Exception {
    JobId other = dispatch.job();

    sendFor(DispatchFixture.NOWHERE_AFTER.plusMinutes(1));

    assertThat(dispatch.store.state(other)).isEqualTo("running");
    assertThat(dispatch.store.state(job)).isEqualTo("held");
  }
}
