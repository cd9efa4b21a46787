package dev.backlot.provider;

import dev.backlot.domain.ErrorCode;
import dev.backlot.port.ProviderScript;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A small Kling on a real socket, written by hand for these tests; it can also misbehave. */
final class KlingStub implements ProviderScript {
  private static final Pattern PAGE = Pattern.compile("pageNum=(\\d+)&pageSize=(\\d+)");

  /** A request as it arrived. */
  record Seen(HttpMethod method, String uri, String authorization, String body) {}

  private final Deque<Fate> fates = new ArrayDeque<>();
  private final Deque<Handler<HttpServerRequest>> rawCreates = new ArrayDeque<>();
  private final Map<String, Handler<HttpServerRequest>> rawGets = new LinkedHashMap<>();
  private final Map<String, JsonObject> tasks = new LinkedHashMap<>();
  private final Set<String> invisible = new HashSet<>();
  private final List<Runnable> heldBack = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private boolean queriesBroken;
  private final HttpServer server;

  KlingStub(Vertx vertx) {
    server = vertx.createHttpServer();
  }

  Future<KlingStub> start() {
    return server
        .requestHandler(request -> request.body().onSuccess(body -> received(request, body)))
        .listen(0, "127.0.0.1")
        .map(listening -> this);
  }

  String address() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** The next create is handled by this instead; its body has been read. */
  synchronized void nextCreate(Handler<HttpServerRequest> handler) {
    rawCreates.add(handler);
  }

  /** Every GET whose address starts so is handled by this instead. */
  synchronized void get(String prefix, Handler<HttpServerRequest> handler) {
    rawGets.put("GET " + prefix, handler);
  }

  /** The searches are handled by these, one after the other, and all that follow by the last. */
  synchronized void searches(List<Handler<HttpServerRequest>> handlers) {
    Deque<Handler<HttpServerRequest>> left = new ArrayDeque<>(handlers);
    rawGets.put(
        "POST /tasks",
        request -> (left.size() > 1 ? left.remove() : left.element()).handle(request));
  }

  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  static Handler<HttpServerRequest> answer(int status, String body) {
    return request -> request.response().setStatusCode(status).end(body);
  }

  static String error(int code, String message) {
    return new JsonObject()
        .put("code", code)
        .put("message", message)
        .put("request_id", "3f0a6c0e-5d0d-4b0e-9d54-0b1b7c6a1001")
        .encode();
  }

  static String success(Object data) {
    return new JsonObject()
        .put("code", 0)
        .put("message", "SUCCEED")
        .put("request_id", "3f0a6c0e-5d0d-4b0e-9d54-0b1b7c6a1002")
        .put("data", data)
        .encode();
  }

  private synchronized void received(HttpServerRequest request, Buffer body) {
    String authorization = request.getHeader("Authorization");
    seen.add(new Seen(request.method(), request.uri(), authorization, body.toString()));
    if (request.method().equals(HttpMethod.GET) || request.path().equals("/tasks")) {
      asked(request);
      return;
    }
    if (!rawCreates.isEmpty()) {
      rawCreates.poll().handle(request);
      return;
    }
    Fate fate = fates.isEmpty() ? new Fate.Accept() : fates.poll();
    JsonObject json = body.toJsonObject();
    JsonObject ours = isLegacy(request) ? json : json.getJsonObject("options", json);
    create(request, fate, ours.getString("external_task_id"));
  }

  private void create(HttpServerRequest request, Fate fate, String externalId) {
    if (fate instanceof Fate.Refuse refuse) {
      answer(400, error(refuse.providerCode(), "refused")).handle(request);
      return;
    }
    if (fate instanceof Fate.Vanish) {
      request.connection().close();
      return;
    }
    if (tasks.containsKey(externalId)) {
      answer(400, error(1201, "External_task_id " + externalId + " already exists"))
          .handle(request);
      return;
    }
    JsonObject task = make(externalId);
    if (fate instanceof Fate.Accept) {
      answer(200, success(shape(request, task))).handle(request);
      return;
    }
    if (fate instanceof Fate.AnswerLate) {
      heldBack.add(() -> answer(200, success(shape(request, task))).handle(request));
      return;
    }
    if (fate instanceof Fate.AcceptInvisibly) {
      invisible.add(externalId);
    }
    request.connection().close();
  }

  private void asked(HttpServerRequest request) {
    Handler<HttpServerRequest> raw =
        rawGets.entrySet().stream()
            .filter(entry -> (request.method() + " " + request.uri()).startsWith(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
    if (raw != null) {
      raw.handle(request);
      return;
    }
    if (queriesBroken) {
      answer(502, "<html>Bad Gateway</html>").handle(request);
      return;
    }
    Matcher page = PAGE.matcher(request.uri());
    if (page.find()) {
      answer(200, success(page(Integer.parseInt(page.group(1)), Integer.parseInt(page.group(2)))))
          .handle(request);
      return;
    }
    if (request.method().equals(HttpMethod.POST)) {
      answer(200, success(search())).handle(request);
      return;
    }
    if (request.path().equals("/tasks")) {
      answer(200, success(newDialect(request))).handle(request);
      return;
    }
    one(request, request.path().substring(request.path().lastIndexOf('/') + 1));
  }

  private void one(HttpServerRequest request, String id) {
    JsonObject task =
        visible().stream()
            .filter(known -> externalId(known).equals(id) || known.getString("task_id").equals(id))
            .findFirst()
            .orElse(null);
    String notFound = error(1201, "Task not found by id/external id: " + id);
    (task == null ? answer(400, notFound) : answer(200, success(task))).handle(request);
  }

  private JsonArray page(int number, int size) {
    List<JsonObject> newestFirst = new ArrayList<>(visible());
    Collections.reverse(newestFirst);
    int from = Math.min((number - 1) * size, newestFirst.size());
    int to = Math.min(from + size, newestFirst.size());
    return new JsonArray(newestFirst.subList(from, to));
  }

  private JsonArray newDialect(HttpServerRequest request) {
    JsonArray found = new JsonArray();
    visible().stream()
        .filter(
            task ->
                externalId(task).equals(request.getParam("external_task_ids"))
                    || List.of(request.getParam("task_ids", "").split(","))
                        .contains(task.getString("task_id")))
        .forEach(task -> found.add(modern(task)));
    return found;
  }

  /** All of them on one page. */
  private JsonObject search() {
    JsonArray result = new JsonArray();
    visible().forEach(task -> result.add(modern(task)));
    return new JsonObject().put("result", result).put("next_cursor", "").put("has_more", false);
  }

  private static boolean isLegacy(HttpServerRequest request) {
    return request.path().startsWith("/v1/");
  }

  private static JsonObject shape(HttpServerRequest request, JsonObject task) {
    return isLegacy(request) ? task : modern(task);
  }

  /** The same task as the newer dialect tells of it (Kling reference, section 3). */
  private static JsonObject modern(JsonObject task) {
    String status = task.getString("task_status");
    JsonObject modern =
        new JsonObject()
            .put("id", task.getString("task_id"))
            .put("status", status.equals("succeed") ? "succeeded" : status)
            .put("message", task.getString("task_status_msg", ""))
            .put("create_time", task.getLong("created_at"))
            .put("external_id", externalId(task));
    if (task.containsKey("task_result")) {
      JsonArray outputs = new JsonArray();
      task.getJsonObject("task_result")
          .getJsonArray("videos")
          .forEach(video -> outputs.add(((JsonObject) video).copy().put("type", "video")));
      modern.put("outputs", outputs);
    }
    String deduction = task.getString("final_unit_deduction", "");
    if (!deduction.isEmpty()) {
      modern.put(
          "billing",
          new JsonArray()
              .add(new JsonObject().put("charge_type", "unit").put("amount", deduction)));
    }
    return modern;
  }

  private List<JsonObject> visible() {
    return tasks.values().stream().filter(task -> !invisible.contains(externalId(task))).toList();
  }

  private JsonObject make(String externalId) {
    JsonObject task =
        new JsonObject()
            .put("task_id", Long.toString(867_300_000_000_000_001L + tasks.size()))
            .put("task_status", "submitted")
            .put("task_info", new JsonObject().put("external_task_id", externalId))
            .put("created_at", 1_790_000_000_000L + tasks.size());
    tasks.put(externalId, task);
    return task;
  }

  private JsonObject task(String externalId) {
    return Objects.requireNonNull(tasks.get(externalId), externalId);
  }

  private static String externalId(JsonObject task) {
    return task.getJsonObject("task_info").getString("external_task_id");
  }

  @Override
  public synchronized void next(Fate... next) {
    fates.addAll(List.of(next));
  }

  @Override
  public synchronized void reveal(String externalId) {
    invisible.remove(externalId);
    if (!tasks.containsKey(externalId)) {
      make(externalId);
    }
  }

  @Override
  public synchronized void answerLate() {
    heldBack.forEach(Runnable::run);
    heldBack.clear();
  }

  @Override
  public synchronized void succeed(String externalId, String deduction) {
    JsonObject video =
        new JsonObject()
            .put("id", "1")
            .put("url", "https://cdn.example/out.mp4?x-kcdn-pid=1")
            .put("duration", "5.1");
    task(externalId)
        .put("task_status", "succeed")
        .put("task_result", new JsonObject().put("videos", new JsonArray().add(video)))
        .put("final_unit_deduction", deduction);
  }

  @Override
  public synchronized void fail(String externalId, ErrorCode code) {
    String message =
        switch (code) {
          case CONTENT_REJECTED -> "Failure to pass the risk control system";
          case INPUT_REJECTED -> "Image pixel is invalid";
          default -> "Something went wrong";
        };
    task(externalId).put("task_status", "failed").put("task_status_msg", message);
  }

  @Override
  public synchronized void breakQueries(boolean broken) {
    queriesBroken = broken;
  }

  @Override
  public synchronized int tasks() {
    return tasks.size();
  }
}
