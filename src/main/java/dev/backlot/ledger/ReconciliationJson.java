package dev.backlot.ledger;

import dev.backlot.domain.credit.Credits;
import dev.backlot.port.BillDays.Day;
import dev.backlot.port.BillDays.Item;
import dev.backlot.port.BillDays.Sum;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Days and differences as operators see them; amounts are decimal strings. */
final class ReconciliationJson {
  private ReconciliationJson() {}

  static JsonObject day(Day day) {
    JsonArray sums = new JsonArray();
    day.sums().forEach(sum -> sums.add(sum(sum)));
    return new JsonObject()
        .put("account", day.account())
        .put("day", day.day().toString())
        .put("state", day.state())
        .put("looking", day.isLooking())
        .put("looked_at", textOrNull(day.lookedAt()))
        .put("closed_at", textOrNull(day.closedAt()))
        .put("pending", day.pending())
        .put("missing", day.missing())
        .put("unreadable", day.unreadable())
        .put("assets", sums);
  }

  private static JsonObject sum(Sum sum) {
    return new JsonObject()
        .put("asset", sum.asset().text())
        .put("billed", sum.billed().toString())
        .put("booked", sum.booked().toString())
        .put("drift", sum.drift().toString())
        .put("loss", sum.loss().toString())
        .put("missing", sum.missing().toString())
        .put("rows", sum.rows())
        .put("foreign_rows", sum.foreignRows());
  }

  static JsonObject item(Item item) {
    return new JsonObject()
        .put("id", String.valueOf(item.id()))
        .put("account", item.account())
        .put("day", item.day().toString())
        .put("kind", item.kind().text())
        .put("task_id", item.taskId().isEmpty() ? null : item.taskId())
        .put("asset", item.asset() == null ? null : item.asset().text())
        .put("billed", amount(item.billed()))
        .put("booked", amount(item.booked()))
        .put("correction", amount(item.correction()))
        .put("booked_to", item.house() == null ? null : "provider_" + item.house())
        .put("attempt_id", textOrNull(item.attempt()))
        .put("job_id", textOrNull(item.job()))
        .put("at", item.at().toString());
  }

  private static @Nullable String amount(@Nullable Credits amount) {
    return amount == null ? null : amount.toString();
  }

  private static @Nullable String textOrNull(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
