package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Charges;
import dev.backlot.config.SimulatorFault.Target;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All reads of the API: one task, list pages, {@code /tasks}, costs and billing. Event loop only.
 */
final class QueryRoutes {
  private static final int IDS_MAX = 20;
  private static final int PAGE_MAX = 1_000;
  private static final int PAGE_SIZE_MAX = 500;

  /** 1 January 2025. */
  private static final long PRESETS_MADE = 1_735_689_600_000L;

  private static final int SEARCH_BODY_MAX = 1 << 16;

  private final Studio studio;
  private final FaultPlan faults;
  private final Authenticator authenticator;
  private final SimulatorClock clock;
  private final Answers answers;
  private final TaskJson taskJson;
  private final ElementJson elementJson;
  private final TaskSearch search;
  private final Costs costs;
  private final BillingExport packages;
  private final BillingExport balance;
  private final Pace pace;
  private final boolean crossProduct;

  /**
   * @param crossProduct whether a product's query finds the tasks of others
   */
  QueryRoutes(
      Studio studio,
      FaultPlan faults,
      Authenticator authenticator,
      SimulatorClock clock,
      Answers answers,
      TaskJson taskJson,
      ElementJson elementJson,
      Costs costs,
      Pace pace,
      boolean crossProduct) {
    this.studio = studio;
    this.faults = faults;
    this.authenticator = authenticator;
    this.clock = clock;
    this.answers = answers;
    this.taskJson = taskJson;
    this.elementJson = elementJson;
    this.search = new TaskSearch(studio, taskJson);
    this.costs = costs;
    this.packages = new BillingExport(studio, Charges.UNIT);
    this.balance = new BillingExport(studio, Charges.CASH);
    this.pace = pace;
    this.crossProduct = crossProduct;
  }

  void mount(Router router) {
    for (Product product : Product.all()) {
      if (product.isLegacy()) {
        mount(router, product);
      }
    }
    Product elements = Product.named("custom-elements");
    router.get(elements.path()).handler(read("list custom-elements", ctx -> ours(ctx, elements)));
    for (Presets.Shelf shelf : Presets.Shelf.values()) {
      String path = shelf.path();
      String label = "list " + path.substring(path.lastIndexOf('/') + 1);
      router.get(path).handler(read(label, ctx -> presets(ctx, shelf)));
    }
    router.get("/tasks").handler(read("tasks", this::many));
    search(router, "/tasks", "search tasks", this::search);
    search(router, "/account/billing/package", "billing package", ctx -> billing(ctx, packages));
    search(router, "/account/billing/balance", "billing balance", ctx -> billing(ctx, balance));
    router.get("/account/costs").handler(read("costs", this::costs));
  }

  private void mount(Router router, Product product) {
    String path = product.path();
    String label = product.label();
    router.get(path + "/:id").handler(read("query " + label, ctx -> one(ctx, product)));
    router.get(path).handler(read("list " + label, ctx -> page(ctx, product)));
  }

  private void search(
      Router router, String path, String route, Function<RoutingContext, Object> action) {
    router
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(SEARCH_BODY_MAX))
        .handler(read(route, action));
  }

  private Handler<RoutingContext> read(String route, Function<RoutingContext, Object> action) {
    return ctx -> {
      studio.counts().requested(route);
      Mishaps mishaps = faults.on(Target.QUERY, studio.catchUp());
      Mishap first = mishaps.first();
      if (first != null) {
        answers.misbehave(ctx.response(), first);
        return;
      }
      try {
        pace.take(studio.catchUp());
        answers.succeed(ctx.response(), action.apply(ctx), mishaps);
      } catch (Refusal refusal) {
        answers.refuse(ctx.response(), refusal, mishaps);
      }
    };
  }

  private JsonObject one(RoutingContext ctx, Product product) {
    checkLegacy(ctx);
    String id = ctx.pathParam("id");
    Task task = studio.find(id);
    if (task == null || !(crossProduct || task.request().product() == product)) {
      throw Refusal.value("Task not found by id/external id: " + id);
    }
    return taskJson.legacy(task, studio.catchUp(), origin(ctx));
  }

  private JsonArray page(RoutingContext ctx, Product product) {
    long now = studio.catchUp();
    return page(ctx, product, task -> taskJson.legacy(task, now, origin(ctx)));
  }

  /** Elements of the older library are no tasks, and are listed as they are. */
  private JsonArray ours(RoutingContext ctx, Product elements) {
    return page(ctx, elements, element -> elementJson.shown(element, origin(ctx)));
  }

  private JsonArray page(RoutingContext ctx, Product product, Function<Task, JsonObject> shown) {
    checkLegacy(ctx);
    int number = number(ctx, "pageNum", 1, PAGE_MAX);
    int size = number(ctx, "pageSize", 30, PAGE_SIZE_MAX);
    JsonArray page = new JsonArray();
    studio.page(product, number, size).forEach(task -> page.add(shown.apply(task)));
    return page;
  }

  private JsonArray presets(RoutingContext ctx, Presets.Shelf shelf) {
    checkLegacy(ctx);
    int number = number(ctx, "pageNum", 1, PAGE_MAX);
    int size = number(ctx, "pageSize", 30, PAGE_SIZE_MAX);
    return shelf.page(number, size, PRESETS_MADE, origin(ctx));
  }

  /** Belongs to the new dialect, so it takes no token and answers in the new shape. */
  private JsonArray many(RoutingContext ctx) {
    checkApiKey(ctx);
    List<String> taskIds = ids(ctx, "task_ids");
    List<String> externalIds = ids(ctx, "external_task_ids");
    if (taskIds.isEmpty() == externalIds.isEmpty()) {
      throw Refusal.value("exactly one of task_ids and external_task_ids is required");
    }
    if (taskIds.size() + externalIds.size() > IDS_MAX) {
      throw Refusal.value("task_ids or external_task_ids cannot exceed 20 in total");
    }
    long now = studio.catchUp();
    String origin = origin(ctx);
    JsonArray found = new JsonArray();
    taskIds.forEach(id -> addTo(found, studio.findByTaskId(id), now, origin));
    externalIds.forEach(id -> addTo(found, studio.findByExternalId(id), now, origin));
    return found;
  }

  private JsonObject search(RoutingContext ctx) {
    checkApiKey(ctx);
    return search.answer(Bodies.object(ctx), origin(ctx));
  }

  private JsonObject billing(RoutingContext ctx, BillingExport export) {
    checkLegacy(ctx);
    return export.answer(Bodies.object(ctx));
  }

  private JsonObject costs(RoutingContext ctx) {
    checkLegacy(ctx);
    if (isNotTime(ctx, "start_time") || isNotTime(ctx, "end_time")) {
      throw Refusal.value("start_time and end_time are required, in milliseconds");
    }
    return costs.answer();
  }

  private void addTo(JsonArray found, @Nullable Task task, long now, String origin) {
    if (task != null) {
      found.add(taskJson.modern(task, now, origin));
    }
  }

  private void checkApiKey(RoutingContext ctx) {
    authenticator.checkApiKey(ctx.request().getHeader("Authorization"));
  }

  private void checkLegacy(RoutingContext ctx) {
    authenticator.check(ctx.request().getHeader("Authorization"), clock.wallTime());
  }

  private static List<String> ids(RoutingContext ctx, String name) {
    String ids = ctx.request().getParam(name, "");
    return Arrays.stream(ids.split(",")).map(String::strip).filter(id -> !id.isEmpty()).toList();
  }

  private static int number(RoutingContext ctx, String name, int fallback, int max) {
    String text = ctx.request().getParam(name, String.valueOf(fallback));
    int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > max) {
      throw Refusal.value(name + " must be between 1 and " + max);
    }
    return number;
  }

  private static boolean isNotTime(RoutingContext ctx, String name) {
    return !ctx.request().getParam(name, "").matches("\\d{1,16}");
  }

  /** Scheme, host and port that the client reached us by. */
  static String origin(RoutingContext ctx) {
    return ctx.request().scheme() + "://" + ctx.request().authority();
  }
}
