package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.body;
import static dev.backlot.simulator.RunningSimulator.marked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path directory;
  private SimulatorConfig config = RunningSimulator.config();
  private RunningSimulator simulator = new RunningSimulator();

  @BeforeEach
  void startWithJournal() {
    config = RunningSimulator.config().withJournal(directory.resolve("data/tasks.journal"));
    restart();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_running_task_goes_on_after_a_restart() {
    String id = simulator.accepted(body("ord-1"));
    restart();
    simulator.finishRendering();

    JsonObject task = simulator.query(id).data();
    assertThat(task.getString("task_status")).isEqualTo("succeed");
    assertThat(task.getString("final_unit_deduction")).isEqualTo("3");
  }

  @Test
  void an_external_id_stays_taken_over_a_restart() {
    simulator.create(body("ord-1"));
    restart();

    assertThat(simulator.create(body("ord-1")).message()).endsWith("already exists");
  }

  @Test
  void a_task_id_is_not_used_again() {
    String before = simulator.accepted(body("ord-1"));
    restart();

    assertThat(simulator.accepted(body("ord-2"))).isGreaterThan(before);
  }

  @Test
  void what_was_to_go_wrong_still_does() {
    String id = simulator.accepted(marked("ord-1", "[sim:fail][sim:deduct=2]"));
    restart();
    simulator.finishRendering();

    JsonObject task = simulator.query(id).data();
    assertThat(task.getString("task_status")).isEqualTo("failed");
    assertThat(task.getString("final_unit_deduction")).isEqualTo("2");
  }

  @Test
  void the_books_count_what_was_accepted_before() {
    simulator.create(body("ord-1"));
    restart();

    assertThat(simulator.books().accepted()).isEqualTo(1);
    assertThat(simulator.slotUse().inFlight()).isEqualTo(1);
  }

  @Test
  void half_a_line_at_the_end_is_dropped() throws IOException {
    String id = simulator.accepted(body("ord-1"));
    simulator.close();
    Files.writeString(
        directory.resolve("data/tasks.journal"), "{\"number\":8", StandardOpenOption.APPEND);
    simulator = new RunningSimulator(config);
    simulator.create(body("ord-2"));
    restart();

    assertThat(simulator.query(id).code()).isZero();
    assertThat(simulator.query("ord-2").code()).isZero();
  }

  private void restart() {
    simulator.close();
    simulator = new RunningSimulator(config);
  }
}
