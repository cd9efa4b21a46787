package dev.backlot.simulator;

import dev.backlot.config.ConfigException;
import dev.backlot.config.Section;
import dev.backlot.config.SimulatorFault;
import io.vertx.core.Handler;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The simulator's other door: books, faults, clock and slots. Event loop only. */
final class ControlRoutes {
  private static final int BODY_MAX = 1 << 20;
  private static final int TASKS_MAX = 10_000;
  private static final Duration ADVANCE_MAX = Duration.ofDays(3_650);

  private final Studio studio;
  private final FaultPlan faults;
  private final SimulatorClock clock;

  ControlRoutes(Studio studio, FaultPlan faults, SimulatorClock clock) {
    this.studio = studio;
    this.faults = faults;
    this.clock = clock;
  }

  void mount(Router router) {
    router.post().handler(BodyHandler.create(false).setBodyLimit(BODY_MAX));
    router.get("/books").handler(answer(ctx -> BooksJson.books(studio.books())));
    router.get("/books/tasks").handler(answer(this::tasks));
    router.get("/books/calls").handler(answer(this::calls));
    router.get("/faults").handler(answer(ctx -> rules()));
    router.post("/faults").handler(answer(this::addFaults));
    router.delete("/faults").handler(answer(ctx -> clearFaults()));
    router.get("/clock").handler(answer(ctx -> time()));
    router.post("/clock").handler(answer(this::advance));
    router.post("/slots").handler(answer(this::limitSlots));
    ExtraCharges charges = new ExtraCharges(studio);
    router
        .post("/charges")
        .handler(answer(ctx -> charges.charge(section("charges", ctx.body().asJsonObject()))));
  }

  private interface Action {
    Object on(RoutingContext ctx);
  }

  private static Handler<RoutingContext> answer(Action action) {
    return ctx -> {
      try {
        ctx.response()
            .putHeader("Content-Type", "application/json")
            .end(Json.encodeToBuffer(action.on(ctx)));
      } catch (ConfigException | DecodeException | ClassCastException wrong) {
        JsonObject error = new JsonObject().put("error", String.valueOf(wrong.getMessage()));
        ctx.response()
            .setStatusCode(400)
            .putHeader("Content-Type", "application/json")
            .end(error.toBuffer());
      }
    };
  }

  private JsonObject tasks(RoutingContext ctx) {
    long after = number(ctx, "after", 0, 0, Long.MAX_VALUE);
    int limit = (int) number(ctx, "limit", 1_000, 1, TASKS_MAX);
    List<BookedTask> page = studio.booked(after, limit);
    String next = page.size() < limit ? null : page.get(page.size() - 1).taskId();
    JsonArray items = new JsonArray();
    page.forEach(task -> items.add(BooksJson.task(task)));
    return new JsonObject().put("items", items).put("after", next);
  }

  private JsonObject calls(RoutingContext ctx) {
    long after = number(ctx, "after", 0, 0, Long.MAX_VALUE);
    int limit = (int) number(ctx, "limit", 1_000, 1, TASKS_MAX);
    List<Task> page = studio.calls(after, limit);
    String next = page.size() < limit ? null : page.get(page.size() - 1).id();
    JsonArray items = new JsonArray();
    page.forEach(call -> items.add(BooksJson.call(call)));
    return new JsonObject().put("items", items).put("after", next);
  }

  private JsonArray addFaults(RoutingContext ctx) {
    Object body = Json.decodeValue(ctx.body().buffer());
    JsonArray given = body instanceof JsonArray array ? array : new JsonArray().add(body);
    List<SimulatorFault> rules = new ArrayList<>();
    for (Object element : given) {
      Section rule = section("faults[" + rules.size() + "]", (JsonObject) element);
      rules.add(SimulatorFault.from(rule, faults.horizon()));
    }
    faults.add(rules, studio.catchUp());
    return rules();
  }

  private JsonArray clearFaults() {
    faults.clear();
    return rules();
  }

  private JsonArray rules() {
    JsonArray rules = new JsonArray();
    for (FaultRule rule : faults.rules()) {
      SimulatorFault fault = rule.fault();
      rules.add(
          new JsonObject()
              .put("fault", spelled(fault.fault()))
              .put("target", spelled(fault.target()))
              .put("count", fault.count())
              .put("probability", fault.probability())
              .put("hits", rule.hits()));
    }
    return rules;
  }

  private JsonObject time() {
    return new JsonObject()
        .put("now", studio.catchUp())
        .put("advanced_ms", clock.advanced().toMillis());
  }

  private JsonObject advance(RoutingContext ctx) {
    Section body = section("clock", ctx.body().asJsonObject());
    Duration by = body.requireDuration("advance", Duration.ZERO, ADVANCE_MAX);
    body.rejectUnknown();
    clock.advance(by);
    return time();
  }

  private JsonObject limitSlots(RoutingContext ctx) {
    Section body = section("slots", ctx.body().asJsonObject());
    String model = body.requireText("model");
    PackType pack = body.has("pack") ? body.requireEnum("pack", PackType.class) : PackType.VIDEO;
    SlotClass slotClass = SlotClass.of(model, pack);
    if (!slotClass.isKnown()) {
      throw body.error("model", "unknown, got " + model);
    }
    studio.slots().limit(slotClass, body.requireInt("slots", 0, 1_000_000));
    body.rejectUnknown();
    return BooksJson.books(studio.books());
  }

  private static Section section(String path, JsonObject json) {
    JsonObject body = json == null ? new JsonObject() : json;
    return new Section(path, body.getMap(), true, name -> "");
  }

  private static long number(RoutingContext ctx, String name, long fallback, long min, long max) {
    String text = ctx.request().getParam(name, String.valueOf(fallback));
    JsonObject query = new JsonObject().put(name, text);
    return section("query", query).requireLong(name, min, max);
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
