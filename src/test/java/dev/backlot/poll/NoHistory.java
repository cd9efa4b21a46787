package dev.backlot.poll;

import dev.backlot.port.RenderHistory;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;

/** Keeps nothing. */
record NoHistory() implements RenderHistory {
  @Override
  public Future<Map<String, double[]>> load() {
    return Future.succeededFuture(Map.of());
  }

  @Override
  public Future<Void> add(Map<String, double[]> news, Instant now) {
    return Future.succeededFuture();
  }
}
