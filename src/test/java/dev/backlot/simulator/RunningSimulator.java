package dev.backlot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import dev.backlot.config.SimulatorFault;
import dev.backlot.simulator.Books.CallUse;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A simulator on free ports with a clock that stands still, and the JDK's client to ask it over
 * real HTTP. A clip of 5 s in the lowest quality renders in exactly ten seconds.
 */
final class RunningSimulator implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  static final String TEXT = "/v1/videos/text2video";
  static final String IMAGE = "/v1/videos/image2video";
  static final String IMAGES = "/v1/images/generations";
  static final Duration RENDER = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SimulatorServer server;
  private final String authorization;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RunningSimulator() {
    this(config());
  }

  RunningSimulator(SimulatorConfig config) {
    this(await(SimulatorServer.start(config, () -> START)), config);
  }

  /** With a clock of the server's own. */
  RunningSimulator(SimulatorServer server, SimulatorConfig config) {
    this.server = server;
    authorization = "Bearer " + config.account().apiKey().value();
  }

  static SimulatorConfig config() {
    return SimulatorConfig.defaults().withRendering(new Rendering(RenderMode.TIMED, 1, RENDER, 0));
  }

  record Answer(int status, String text, HttpResponse<byte[]> raw) {
    JsonObject json() {
      return new JsonObject(text);
    }

    int code() {
      return json().getInteger("code");
    }

    String message() {
      return json().getString("message");
    }

    JsonObject data() {
      return json().getJsonObject("data");
    }

    JsonArray list() {
      return json().getJsonArray("data");
    }

    /** The first video of a finished task. */
    JsonObject video() {
      return data().getJsonObject("task_result").getJsonArray("videos").getJsonObject(0);
    }
  }

  /** A std create of 5 s that costs 3 units; what it says can be changed. */
  static JsonObject body(String externalId) {
    return new JsonObject()
        .put("model_name", "kling-v3")
        .put("prompt", "a paper boat drifts under a bridge")
        .put("external_task_id", externalId);
  }

  static JsonObject marked(String externalId, String marker) {
    return body(externalId).put("prompt", "a paper boat " + marker);
  }

  Answer create(JsonObject body) {
    return create(TEXT, body);
  }

  Answer create(String path, JsonObject body) {
    return send(api(path).POST(BodyPublishers.ofString(body.encode())));
  }

  /** Creates a task that must be accepted; answers its id. */
  String accepted(JsonObject body) {
    return create(body).data().getString("task_id");
  }

  Answer post(String path, JsonObject body) {
    return create(path, body);
  }

  /** The first task that {@code GET /tasks} tells of an external id. */
  JsonObject task(String externalId) {
    return get("/tasks?external_task_ids=" + externalId).list().getJsonObject(0);
  }

  /** A file by its address in a result. */
  Answer fetch(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)));
  }

  Answer get(String path) {
    return send(api(path).GET());
  }

  Answer query(String id) {
    return get(TEXT + "/" + id);
  }

  /** The create's connection must end without an answer. */
  IOException createInVain(JsonObject body) throws InterruptedException {
    return createInVain(TEXT, body);
  }

  IOException createInVain(String path, JsonObject body) throws InterruptedException {
    try {
      client.send(
          api(path).POST(BodyPublishers.ofString(body.encode())).build(), BodyHandlers.ofString());
    } catch (IOException lost) {
      return lost;
    }
    throw new AssertionError("an answer came");
  }

  /** The request must be taken, and what is asked behind it be answered before it. */
  void createInVainAndHang(String path, JsonObject body) {
    long before = received();
    CompletableFuture<?> answer =
        client.sendAsync(
            api(path).POST(BodyPublishers.ofString(body.encode())).build(),
            BodyHandlers.ofString());
    Eventually.until("it is received", PATIENCE, () -> received() > before);
    get(TEXT);
    assertThat(answer).isNotDone();
    answer.cancel(true);
  }

  private long received() {
    Books books = books();
    return books.received() + books.calls().values().stream().mapToLong(CallUse::received).sum();
  }

  HttpRequest.Builder api(String path) {
    return at(server.verticle().port(), path).header("Authorization", authorization);
  }

  HttpRequest.Builder anonymous(String path) {
    return at(server.verticle().port(), path);
  }

  HttpRequest.Builder control(String path) {
    return at(server.verticle().controlPort(), path);
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
      String text = new String(response.body(), StandardCharsets.UTF_8);
      return new Answer(response.statusCode(), text, response);
    } catch (IOException | InterruptedException failure) {
      throw new AssertionError("no answer", failure);
    }
  }

  void advance(Duration by) {
    await(server.verticle().advance(by));
  }

  void finishRendering() {
    advance(RENDER);
  }

  void addFault(SimulatorFault rule) {
    await(server.verticle().addFaults(List.of(rule)));
  }

  Books books() {
    return await(server.verticle().books());
  }

  /** Slots of the model that {@link #body} names. */
  Books.SlotUse slotUse() {
    return Objects.requireNonNull(books().slots().get("kling-v3/video"));
  }

  /** A call that has arrived at least once. */
  Books.CallUse callUse(String call) {
    return Objects.requireNonNull(books().calls().get(call));
  }

  List<BookedTask> tasks() {
    return await(server.verticle().tasks());
  }

  SimulatorVerticle verticle() {
    return server.verticle();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("waited too long", late);
    }
  }

  @Override
  public void close() {
    await(server.close());
  }

  private static HttpRequest.Builder at(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE);
  }
}
