package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a change of a selection asks for, and keeps of itself to be done (reference, 4.10). */
final class SelectionBody {
  private SelectionBody() {}

  /**
   * What the call is about, to be {@link #apply applied} when it is accepted. Throws a {@link
   * Refusal}.
   */
  static Map<String, String> check(CallKind kind, JsonObject json, Library library) {
    String id = new Fields(json).anyText("session_id");
    Session session = Session.in(library, id, CallKind.START);
    Map<String, String> change = new HashMap<>(Map.of("session", id));
    switch (kind) {
      case MARK, UNMARK -> change.putAll(change(kind, json, session));
      case PREVIEW -> checkSomething(session.selection());
      default -> {}
    }
    return change;
  }

  private static Map<String, String> change(CallKind kind, JsonObject json, Session session) {
    int frame = json.getInteger("frame_index");
    JsonArray points = json.getJsonArray("points");
    if (frame >= session.frames()) {
      throw Refusal.value("frame_index must be below " + session.frames());
    }
    if (kind == CallKind.MARK) {
      session.selection().checkAdd(frame, Selection.points(points));
    } else {
      session.selection().checkRemove(frame, Selection.points(points));
    }
    return Map.of("frame", String.valueOf(frame), "points", points.encode());
  }

  private static void checkSomething(Selection selection) {
    if (selection.isEmpty()) {
      throw Refusal.value("nothing is selected in the session");
    }
  }

  static void apply(Task call, Selection selection) {
    Map<String, String> change = call.request().extras();
    switch (call.request().product().call()) {
      case MARK -> selection.add(frame(change), points(change));
      case UNMARK -> selection.remove(frame(change), points(change));
      case CLEAR -> selection.clear();
      default -> {}
    }
  }

  static int frame(Map<String, String> change) {
    return Integer.parseInt(change.getOrDefault("frame", "0"));
  }

  private static List<Selection.Point> points(Map<String, String> change) {
    return Selection.points(new JsonArray(change.getOrDefault("points", "[]")));
  }
}
