package dev.backlot.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.port.PriceBooks;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Keeps price books in memory; can be away. */
final class FakePriceBooks implements PriceBooks {
  final Map<String, String> kept = new HashMap<>();
  boolean away;

  @Override
  public Future<Boolean> keep(String version, String text, Instant now) {
    if (away) {
      return Future.failedFuture(new BacklotException(ErrorCode.OVERLOADED, "away"));
    }
    kept.putIfAbsent(version, text);
    return Future.succeededFuture(text.equals(kept.get(version)));
  }
}
