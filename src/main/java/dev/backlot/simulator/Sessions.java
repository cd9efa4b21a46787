package dev.backlot.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that calls have opened. Those that are over are forgotten when the next one opens,
 * and beyond a bound the oldest. Event loop only.
 */
final class Sessions {
  private static final int MOST = 100_000;

  private final Map<String, Session> byId = new LinkedHashMap<>();

  void open(Task opener) {
    long now = opener.plan().createdAt();
    forget(now);
    byId.put(opener.id(), new Session(opener));
  }

  /** Null when there is none, or it is over. */
  @Nullable Session find(String id, long now) {
    Session session = byId.get(id);
    return session == null || session.isOver(now) ? null : session;
  }

  private void forget(long now) {
    var oldest = byId.values().iterator();
    while (oldest.hasNext()) {
      boolean over = oldest.next().isOver(now);
      if (!over && byId.size() < MOST) {
        return;
      }
      oldest.remove();
    }
  }
}
