package dev.backlot.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that calls have opened, and what later ones did in them. Those that are over are
 * forgotten when the next one opens, and beyond a bound the oldest. Event loop only.
 */
final class Sessions {
  private static final int MOST = 100_000;

  private final Map<String, Session> byId = new LinkedHashMap<>();

  /** Does what a call has to do with a session; one that is over is left alone. */
  void apply(Task call) {
    switch (call.request().product().call()) {
      case FACES, START -> {
        if (call.hasSucceeded()) {
          open(call);
        }
      }
      case MARK, UNMARK, CLEAR -> {
        String id = call.request().extras().getOrDefault("session", "");
        Session session = find(id, call.plan().createdAt());
        if (session != null) {
          SelectionBody.apply(call, session.selection());
        }
      }
      case SPEECH, PARTS, PREVIEW -> {}
      case ELEMENT, DELETE_ELEMENT, DELETE_ADVANCED, DELETE_VOICE -> {}
    }
  }

  private void open(Task opener) {
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
