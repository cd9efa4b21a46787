package dev.backlot.benchmark;

import io.vertx.core.json.JsonObject;

/** What the simulator has counted. */
final class Books {
  private static final String NO_SLOT = "1303";

  private Books() {}

  /** Everything that asks for the state of tasks, whatever the answer. */
  static double statusRequests(JsonObject books) {
    return books.getJsonObject("requests").stream()
        .filter(route -> !route.getKey().startsWith("create") && !route.getKey().equals("media"))
        .mapToLong(route -> ((Number) route.getValue()).longValue())
        .sum();
  }

  static double noSlot(JsonObject books) {
    return books.getJsonObject("refused").getLong(NO_SLOT, 0L);
  }
}
