package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Set;

/** What a create must have in common with the session that it names (reference, 4.7 and 4.10). */
final class SessionUse {
  private static final long OVERLAP = 2_000;
  private static final long MILLIS = 1_000;

  /** For which the thing must be marked before. */
  private static final Set<String> ON_WHAT_IS_THERE = Set.of("swap", "removal");

  private static final int SHORT = 5;

  private SessionUse() {}

  /** Throws a {@link Refusal}. */
  static void check(JsonObject body, Session session, Library library) {
    if (session.isOf(CallKind.FACES)) {
      JsonObject chosen = body.getJsonArray("face_choose").getJsonObject(0);
      checkSound(chosen, library);
      checkFace(chosen, session);
    } else {
      checkSelection(body, session);
    }
  }

  private static void checkFace(JsonObject chosen, Session session) {
    String id = String.valueOf(chosen.getValue("face_id"));
    Session.Face face =
        session.faces().stream()
            .filter(each -> each.id().equals(id))
            .findFirst()
            .orElseThrow(() -> Refusal.value("face not found by id: " + id));
    long from = number(chosen, "sound_insert_time");
    long to = from + number(chosen, "sound_end_time") - number(chosen, "sound_start_time");
    if (to > session.seconds() * MILLIS) {
      throw Refusal.value("the sound must not end after the video");
    }
    if (Math.min(to, face.to()) - Math.max(from, face.from()) < OVERLAP) {
      throw Refusal.value("the sound must overlap the time of the face by at least 2 s");
    }
  }

  private static void checkSound(JsonObject chosen, Library library) {
    Object id = chosen.getValue("audio_id");
    Task sound = id == null ? null : library.made(String.valueOf(id));
    if (sound != null && number(chosen, "sound_end_time") > sound.request().seconds() * MILLIS) {
      throw Refusal.value("sound_end_time must not be after the end of the sound");
    }
  }

  private static void checkSelection(JsonObject body, Session session) {
    String duration = body.getString("duration", String.valueOf(SHORT));
    boolean isShort = session.seconds() <= SHORT;
    if (duration.equals(String.valueOf(SHORT)) != isShort) {
      throw Refusal.value(
          "duration(" + duration + ") is not supported for a video of " + session.seconds() + " s");
    }
    if (ON_WHAT_IS_THERE.contains(body.getString("edit_mode")) && session.selection().isEmpty()) {
      throw Refusal.value("nothing is selected in the session");
    }
  }

  private static long number(JsonObject chosen, String name) {
    return new BigDecimal(String.valueOf(chosen.getValue(name))).longValue();
  }
}
