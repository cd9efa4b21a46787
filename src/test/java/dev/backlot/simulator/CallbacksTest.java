package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.await;
import static dev.backlot.simulator.RunningSimulator.body;
import static dev.backlot.simulator.RunningSimulator.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.Secret;
import dev.backlot.config.SimulatorCallbacks;
import dev.backlot.config.SimulatorCallbacks.Changes;
import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import dev.backlot.simulator.CallbackReceiver.Call;
import dev.backlot.system.Eventually;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbacksTest {
  private static final Secret SECRET = new Secret("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0");

  @TempDir Path directory;
  private final CallbackReceiver receiver = new CallbackReceiver();
  private RunningSimulator simulator = new RunningSimulator(with(plain()));

  @AfterEach
  void stop() {
    simulator.close();
    receiver.close();
  }

  @Test
  void every_change_of_a_status_is_told_in_order() {
    simulator.create(wanted("ord-1", ""));
    simulator.finishRendering();

    assertThat(statuses(3)).containsExactly("submitted", "processing", "succeed");
  }

  @Test
  void a_legacy_create_hears_a_flat_task_without_an_envelope() {
    String id = simulator.accepted(wanted("ord-1", ""));
    simulator.finishRendering();

    JsonObject last = receiver.next(3).get(2).json();
    assertThat(last.fieldNames()).doesNotContain("code", "data", "watermark_info");
    assertThat(last.getString("task_id")).isEqualTo(id);
    assertThat(last.getJsonObject("task_info").getString("external_task_id")).isEqualTo("ord-1");
    assertThat(last.getString("final_unit_deduction")).isEqualTo("3");
    JsonObject video = last.getJsonObject("task_result").getJsonArray("videos").getJsonObject(0);
    assertThat(simulator.fetch(video.getString("url")).status()).isEqualTo(200);
  }

  @Test
  void a_newer_create_hears_what_a_query_says() {
    simulator.create("/text-to-video/kling-3.0", newer("ord-1"));
    simulator.finishRendering();

    assertThat(receiver.next(3).get(2).json()).isEqualTo(simulator.task("ord-1"));
  }

  @Test
  void an_empty_address_counts_as_none() {
    simulator.create(body("ord-1").put("callback_url", ""));
    simulator.finishRendering();

    assertThat(told().made()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://127.0.0.1/", "127.0.0.1", "http://", "http://a b/"})
  void another_kind_of_address_is_refused(String url) {
    assertThat(simulator.create(body("ord-1").put("callback_url", url)).message())
        .isEqualTo("callback_url must be an http or https address");
  }

  @Test
  void only_the_end_is_told_where_that_is_wanted() {
    SimulatorCallbacks end =
        new SimulatorCallbacks(
            Changes.END, null, null, false, 1, Duration.ofMillis(1), Duration.ofSeconds(20), 10);
    restart(with(end));
    simulator.create(wanted("ord-1", ""));
    simulator.finishRendering();

    assertThat(statuses(1)).containsExactly("succeed");
    assertThat(told().made()).isEqualTo(1);
  }

  @Test
  void the_slot_is_free_before_the_end_is_told() {
    restart(with(plain()).withSlots(1));
    simulator.create(wanted("ord-1", ""));
    simulator.finishRendering();
    receiver.next(3);

    assertThat(simulator.create(wanted("ord-2", "")).code()).isZero();
  }

  @Test
  void a_clock_that_runs_brings_callbacks_although_nobody_looks() {
    SimulatorConfig quick =
        with(plain()).withRendering(new Rendering(RenderMode.TIMED, 1, Duration.ofMillis(20), 0));
    SimulatorServer server = await(SimulatorServer.start(quick, InstantSource.system()));
    try (RunningSimulator running = new RunningSimulator(server, quick)) {
      running.create(wanted("ord-1", ""));

      assertThat(statuses(3)).containsExactly("submitted", "processing", "succeed");
    }
  }

  @Test
  void nothing_is_signed_without_a_secret() {
    simulator.create("/text-to-video/kling-3.0", newer("ord-1"));

    assertThat(receiver.next().header("webhook-signature")).isEmpty();
  }

  @Test
  void a_secret_signs_what_the_newer_dialect_is_told() {
    restart(with(plain().withSecrets(SECRET, null)));
    simulator.create("/text-to-video/kling-3.0", newer("ord-1"));

    Call call = receiver.next();
    long timestamp = Long.parseLong(call.header("webhook-timestamp"));
    CallbackSigner ours = new CallbackSigner(List.of(SimulatorCallbacks.key(SECRET)));
    assertThat(timestamp).isEqualTo(RunningSimulator.START.getEpochSecond());
    assertThat(call.header("webhook-signature"))
        .isEqualTo(ours.sign(call.header("webhook-id"), timestamp, Buffer.buffer(call.text())));
  }

  @Test
  void a_rotation_signs_twice() {
    restart(with(plain().withSecrets(SECRET, new Secret("b2xkc2VjcmV0"))));
    simulator.create("/text-to-video/kling-3.0", newer("ord-1"));

    assertThat(receiver.next().header("webhook-signature").split(" ", -1)).hasSize(2);
  }

  @Test
  void legacy_callbacks_are_not_signed_unless_it_is_wanted() {
    restart(with(plain().withSecrets(SECRET, null)));
    simulator.create(wanted("ord-1", ""));

    assertThat(receiver.next().header("webhook-signature")).isEmpty();
  }

  @Test
  void a_failing_receiver_is_asked_again_with_the_same_id() {
    restart(with(plain().withSecrets(SECRET, null)));
    receiver.answerNext(500, 302);
    simulator.create("/text-to-video/kling-3.0", newer("ord-1"));

    List<Call> calls = receiver.next(3);

    assertThat(calls).extracting(Call::status).containsOnly("submitted");
    assertThat(calls).extracting(call -> call.header("webhook-id")).containsOnly(id(calls));
    untilDelivered(1);
    assertThat(told().attempts()).isEqualTo(3);
    assertThat(receiver.unread()).isZero();
  }

  @Test
  void a_receiver_that_never_takes_it_is_given_up() {
    receiver.answerNext(500, 500, 500);
    simulator.create(wanted("ord-1", ""));
    receiver.next(3);

    until(() -> told().failed() == 1);
    assertThat(told().waiting()).isZero();
  }

  @Test
  void a_dead_receiver_delays_no_task() {
    JsonObject dead = body("ord-1").put("callback_url", "http://127.0.0.1:1/");
    simulator.create(dead);
    simulator.finishRendering();

    assertThat(simulator.query("ord-1").data().getString("task_status")).isEqualTo("succeed");
    until(() -> told().failed() == 3);
  }

  @Test
  void above_the_bound_a_callback_is_dropped_and_counted() {
    SimulatorCallbacks one =
        new SimulatorCallbacks(
            Changes.EVERY, null, null, false, 1, Duration.ofMillis(1), Duration.ofSeconds(20), 1);
    restart(with(one));
    simulator.create(wanted("ord-1", "[sim:late=1h,target=callback]"));
    simulator.create(wanted("ord-2", ""));

    assertThat(told().dropped()).isEqualTo(1);
    assertThat(told().waiting()).isEqualTo(1);
  }

  @Test
  void a_task_from_before_a_restart_still_tells_its_end() {
    SimulatorConfig kept = with(plain()).withJournal(directory.resolve("tasks.journal"));
    restart(kept);
    simulator.create(wanted("ord-1", ""));
    assertThat(statuses(1)).containsExactly("submitted");

    restart(kept);
    simulator.finishRendering();

    assertThat(statuses(2)).containsExactly("processing", "succeed");
  }

  @Test
  void a_lost_callback_never_comes() {
    simulator.create(wanted("ord-1", "[sim:lost=target=callback,count=1]"));
    simulator.finishRendering();

    assertThat(statuses(2)).containsExactly("processing", "succeed");
    assertThat(told().lost()).isEqualTo(1);
  }

  @Test
  void a_late_callback_comes_when_its_delay_is_over() {
    simulator.create(wanted("ord-1", "[sim:late=1h,target=callback,count=1]"));
    simulator.finishRendering();
    assertThat(statuses(2)).containsExactly("processing", "succeed");

    simulator.advance(Duration.ofHours(1));

    assertThat(statuses(1)).containsExactly("submitted");
  }

  @Test
  void a_duplicate_is_the_same_callback_twice() {
    restart(with(plain().withSecrets(SECRET, null)));
    JsonObject body = newer("ord-1").put("prompt", "a boat [sim:duplicate=1]");
    simulator.create("/text-to-video/kling-3.0", body);

    List<Call> calls = receiver.next(2);

    assertThat(calls).extracting(call -> call.header("webhook-id")).containsOnly(id(calls));
    assertThat(calls.get(1).text()).isEqualTo(calls.get(0).text());
  }

  @Test
  void reordered_callbacks_come_after_later_ones() {
    simulator.create(wanted("ord-1", "[sim:reorder]"));
    simulator.finishRendering();

    assertThat(statuses(3)).containsExactly("succeed", "processing", "submitted");
  }

  @Test
  void a_forger_lies_about_the_status() {
    simulator.create(wanted("ord-1", "[sim:forge-status]"));
    simulator.finishRendering();

    assertThat(statuses(6))
        .containsExactly("succeed", "submitted", "succeed", "processing", "failed", "succeed");
    assertThat(told().forged()).isEqualTo(3);
  }

  @Test
  void a_forger_speaks_of_another_task() {
    String other = simulator.accepted(wanted("ord-1", ""));
    receiver.next();
    String id = simulator.accepted(wanted("ord-2", "[sim:forge-task=1]"));

    assertThat(receiver.next(2))
        .extracting(call -> call.json().getString("task_id"))
        .containsExactly(other, id);
  }

  @Test
  void a_missigned_callback_has_the_wrong_signature() {
    restart(with(plain().withSecrets(SECRET, null)));
    JsonObject body = newer("ord-1").put("prompt", "a boat [sim:missign]");
    simulator.create("/text-to-video/kling-3.0", body);

    Call call = receiver.next();
    long timestamp = Long.parseLong(call.header("webhook-timestamp"));
    CallbackSigner ours = new CallbackSigner(List.of(SimulatorCallbacks.key(SECRET)));
    assertThat(call.header("webhook-signature"))
        .startsWith("v1,")
        .isNotEqualTo(ours.sign(call.header("webhook-id"), timestamp, Buffer.buffer(call.text())));
  }

  @Test
  void a_rule_of_the_plan_hits_callbacks_too() {
    simulator.send(
        simulator
            .control("/faults")
            .POST(
                BodyPublishers.ofString(
                    "{\"fault\":\"lost\",\"target\":\"callback\",\"count\":2}")));
    simulator.create(wanted("ord-1", ""));
    simulator.finishRendering();

    assertThat(statuses(1)).containsExactly("succeed");
  }

  @Test
  void the_books_of_callbacks_add_up() {
    simulator.create(
        wanted("ord-1", "[sim:duplicate][sim:forge-task][sim:lost=target=callback,count=1]"));
    simulator.finishRendering();
    receiver.next(7);

    untilDelivered(7);
    Books.Callbacks told = told();
    assertThat(told.made()).isEqualTo(8);
    assertThat(told.delivered() + told.failed() + told.dropped() + told.lost() + told.waiting())
        .isEqualTo(told.made());
  }

  /** A legacy create of the plan's usual task that wants callbacks. */
  private JsonObject wanted(String externalId, String marker) {
    return body(externalId)
        .put("prompt", "a paper boat " + marker)
        .put("callback_url", receiver.url());
  }

  private JsonObject newer(String externalId) {
    JsonObject options =
        new JsonObject().put("external_task_id", externalId).put("callback_url", receiver.url());
    return new JsonObject().put("prompt", "a paper boat").put("options", options);
  }

  private List<String> statuses(int count) {
    return receiver.next(count).stream().map(Call::status).toList();
  }

  private static String id(List<Call> calls) {
    return calls.get(0).header("webhook-id");
  }

  private Books.Callbacks told() {
    return simulator.books().callbacks();
  }

  private void untilDelivered(int count) {
    until(() -> told().delivered() == count);
  }

  private static void until(Callable<Boolean> condition) {
    Eventually.until("the books say so", Duration.ofSeconds(20), condition);
  }

  private void restart(SimulatorConfig config) {
    simulator.close();
    simulator = new RunningSimulator(config);
  }

  private static SimulatorConfig with(SimulatorCallbacks callbacks) {
    return config().withCallbacks(callbacks);
  }

  /** Patient with the receiver, and quick to ask it again. */
  private static SimulatorCallbacks plain() {
    return new SimulatorCallbacks(
        Changes.EVERY, null, null, false, 3, Duration.ofMillis(1), Duration.ofSeconds(20), 100);
  }
}
