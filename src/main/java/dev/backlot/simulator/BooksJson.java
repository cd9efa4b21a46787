package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** The books as the control endpoint shows them; amounts are decimal strings. */
final class BooksJson {
  private BooksJson() {}

  static JsonObject books(Books books) {
    JsonObject slots = new JsonObject();
    new TreeMap<>(books.slots()).forEach((name, use) -> slots.put(name, slot(use)));
    JsonObject calls = new JsonObject();
    new TreeMap<>(books.calls()).forEach((name, use) -> calls.put(name, call(use)));
    JsonObject billed = new JsonObject();
    new TreeMap<>(books.billedByPack())
        .forEach((pack, units) -> billed.put(pack, TaskJson.text(units)));
    return new JsonObject()
        .put("received", books.received())
        .put("accepted", books.accepted())
        .put("refused", refused(books.refused()))
        .put("duplicates", books.duplicates())
        .put("dropped", books.dropped())
        .put("late", books.late())
        .put("repeated_external_ids", new JsonObject(new TreeMap<>(books.repeatedExternalIds())))
        .put("succeeded", books.succeeded())
        .put("failed", books.failed())
        .put("billed", TaskJson.text(books.billed()))
        .put("billed_by_pack", billed)
        .put("slots", slots)
        .put("callbacks", callbacks(books.callbacks()))
        .put("calls", calls)
        .put("requests", new JsonObject(new TreeMap<>(books.requests())));
  }

  static JsonObject task(BookedTask task) {
    return new JsonObject()
        .put("task_id", task.taskId())
        .put("external_id", task.externalId())
        .put("product", task.product())
        .put("model", task.model())
        .put("mode", task.mode())
        .put("seconds", task.seconds())
        .put("count", task.count())
        .put("pack", task.pack())
        .put("status", task.status())
        .put("failure", task.failure())
        .put("billed", TaskJson.text(task.billed()))
        .put("created_at", task.createdAt())
        .put("ended_at", task.endedAt());
  }

  static JsonObject call(Task call) {
    return new JsonObject()
        .put("call_id", call.id())
        .put("call", call.request().product().label())
        .put("failure", call.plan().failure())
        .put("pack", call.request().product().pack().text())
        .put("billed", TaskJson.text(call.billed()))
        .put("at", call.plan().createdAt());
  }

  private static JsonObject call(Books.CallUse use) {
    return new JsonObject()
        .put("received", use.received())
        .put("done", use.done())
        .put("refused", refused(use.refused()))
        .put("dropped", use.dropped())
        .put("late", use.late())
        .put("billed", TaskJson.text(use.billed()));
  }

  private static JsonObject refused(Map<Integer, Long> byCode) {
    JsonObject refused = new JsonObject();
    new TreeMap<>(byCode).forEach((code, count) -> refused.put("" + code, count));
    return refused;
  }

  private static JsonObject callbacks(Books.Callbacks callbacks) {
    return new JsonObject()
        .put("made", callbacks.made())
        .put("attempts", callbacks.attempts())
        .put("delivered", callbacks.delivered())
        .put("failed", callbacks.failed())
        .put("dropped", callbacks.dropped())
        .put("lost", callbacks.lost())
        .put("forged", callbacks.forged())
        .put("waiting", callbacks.waiting());
  }

  private static JsonObject slot(Books.SlotUse use) {
    return new JsonObject()
        .put("limit", use.limit())
        .put("in_flight", use.inFlight())
        .put("high_water", use.highWater())
        .put("refused", use.refused());
  }
}
