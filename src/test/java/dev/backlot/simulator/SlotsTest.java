package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.body;
import static dev.backlot.simulator.RunningSimulator.marked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private final RunningSimulator simulator =
      new RunningSimulator(RunningSimulator.config().withSlots(2));

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void above_the_limit_no_task_is_made() {
    fill();

    Answer answer = simulator.create(body("ord-3"));

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.code()).isEqualTo(1303);
    assertThat(answer.message()).isEqualTo("parallel task over resource pack limit");
    assertThat(answer.json().containsKey("data")).isFalse();
    assertThat(simulator.books().accepted()).isEqualTo(2);
  }

  @Test
  void a_refused_create_does_not_take_its_external_id() {
    fill();
    simulator.create(body("ord-3"));
    simulator.finishRendering();

    assertThat(simulator.create(body("ord-3")).code()).isZero();
  }

  @Test
  void a_slot_is_free_when_its_task_has_ended() {
    fill();
    simulator.finishRendering();

    assertThat(simulator.create(body("ord-3")).code()).isZero();
    assertThat(simulator.slotUse()).isEqualTo(new Books.SlotUse(2, 1, 2, 0));
  }

  @Test
  void a_failed_task_frees_its_slot() {
    simulator.create(marked("ord-1", "[sim:fail]"));
    simulator.finishRendering();

    assertThat(simulator.slotUse().inFlight()).isZero();
  }

  @Test
  void another_model_has_slots_of_its_own() {
    fill();
    JsonObject other = body("ord-3").put("model_name", "kling-v2-6");

    assertThat(simulator.create(other).code()).isZero();
  }

  @Test
  void a_repeated_create_hears_of_its_id_even_when_all_slots_are_taken() {
    fill();

    assertThat(simulator.create(body("ord-1")).code()).isEqualTo(1201);
  }

  @Test
  void a_lowered_limit_leaves_running_tasks_alone() {
    fill();
    RunningSimulator.await(simulator.verticle().limitSlots("kling-v3", 1));

    assertThat(simulator.create(body("ord-3")).code()).isEqualTo(1303);
    assertThat(simulator.slotUse()).isEqualTo(new Books.SlotUse(1, 2, 2, 1));
  }

  private void fill() {
    simulator.create(body("ord-1"));
    simulator.create(body("ord-2"));
  }
}
