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
  void images_keep_their_number_and_their_price_over_a_restart() {
    simulator.create(RunningSimulator.IMAGES, body("ord-1").put("n", 4));
    restart();
    assertThat(simulator.books().slots().get("kling-v3/image"))
        .isEqualTo(new Books.SlotUse(9, 4, 4, 0));
    simulator.finishRendering();

    JsonObject task = simulator.task("ord-1");
    assertThat(task.getJsonArray("outputs")).hasSize(4);
    assertThat(task.getJsonArray("billing").getJsonObject(0).getString("amount")).isEqualTo("32");
    assertThat(simulator.books().billedByPack().get("image")).isEqualByComparingTo("32");
  }

  @Test
  void a_task_of_the_newer_dialect_goes_on_after_a_restart() {
    JsonObject options = new JsonObject().put("external_task_id", "ord-1");
    simulator.create(
        "/text-to-video/kling-3.0",
        new JsonObject().put("prompt", "a boat").put("options", options));
    restart();
    assertThat(simulator.slotUse().inFlight()).isEqualTo(1);
    simulator.finishRendering();

    JsonObject task = simulator.task("ord-1");
    assertThat(task.getString("status")).isEqualTo("succeeded");
    String url = task.getJsonArray("outputs").getJsonObject(0).getString("url");
    assertThat(simulator.fetch(url).status()).isEqualTo(200);
  }

  @Test
  void a_call_stays_billed_over_a_restart_and_its_sound_an_input() {
    JsonObject spoken = simulator.post(CallsTest.SPEECH, CallsTest.speech()).data();
    String sound =
        spoken.getJsonObject("task_result").getJsonArray("audios").getJsonObject(0).getString("id");
    restart();

    assertThat(simulator.callUse("tts").done()).isEqualTo(1);
    assertThat(simulator.books().billed()).isEqualByComparingTo("0.05");
    JsonObject avatar =
        new JsonObject().put("image", "https://img.example/a.png").put("audio_id", sound);
    assertThat(simulator.create("/v1/videos/avatar/image2video", avatar).code()).isZero();
  }

  @Test
  void a_journal_from_before_there_were_images_is_read() throws IOException {
    simulator.close();
    Files.writeString(
        directory.resolve("data/tasks.journal"),
        "{\"number\":179534880000000001,\"product\":\"TEXT2VIDEO\",\"model\":\"kling-v3\","
            + "\"mode\":\"std\",\"seconds\":5,\"sound\":false,\"aspect_ratio\":\"16:9\","
            + "\"watermark\":false,\"units\":\"3\",\"external_id\":\"ord-1\","
            + "\"created_at\":1,\"visible_at\":1,\"starts_at\":1,\"ends_at\":2,"
            + "\"failure\":\"\",\"billed\":\"3\"}\n");
    simulator = new RunningSimulator(config);

    assertThat(simulator.query("ord-1").data().getString("task_status")).isEqualTo("succeed");
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
