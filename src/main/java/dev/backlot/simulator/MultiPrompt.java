package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Several shots, each with words and a length of its own, of a legacy create (section 4.1). */
final class MultiPrompt {
  private static final int SHOTS_MAX = 6;
  private static final int SHOT_TEXT_MAX = 512;

  private MultiPrompt() {}

  /** Throws a {@link Refusal}. */
  static void check(Fields body, int seconds) {
    JsonArray shots = body.array("multi_prompt");
    if (shots.isEmpty() || shots.size() > SHOTS_MAX) {
      throw Refusal.value("multi_prompt must hold 1 to " + SHOTS_MAX + " shots");
    }
    int sum = 0;
    for (Object element : shots) {
      if (!(element instanceof JsonObject shot)
          || !(shot.getValue("prompt") instanceof String prompt)
          || prompt.length() > SHOT_TEXT_MAX
          || !(shot.getValue("duration") instanceof String duration)
          || !duration.matches("[1-9]\\d?")) {
        throw Refusal.value("multi_prompt is invalid");
      }
      sum += Integer.parseInt(duration);
    }
    if (sum != seconds) {
      throw Refusal.value("the durations of multi_prompt must add up to duration");
    }
  }
}
