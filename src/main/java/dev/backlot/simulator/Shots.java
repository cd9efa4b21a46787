package dev.backlot.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Several shots written into a prompt: {@code shot 1, 3, words; shot 2, 2, words;} (reference,
 * section 6.1). A prompt that does not begin like that leaves the cuts to the service.
 */
final class Shots {
  private static final Pattern BEGINNING = Pattern.compile("(?i)\\s*shot\\s+\\d.*", Pattern.DOTALL);
  private static final Pattern SHOT =
      Pattern.compile("(?i)\\s*shot\\s+(\\d),\\s*(\\d{1,2}),\\s*(.+)", Pattern.DOTALL);
  private static final int SHOTS_MAX = 6;
  private static final int WORDS_MAX = 512;

  private Shots() {}

  /** Throws a {@link Refusal}. */
  static void check(String prompt, int seconds) {
    if (!BEGINNING.matcher(prompt).matches()) {
      return;
    }
    int count = 0;
    int sum = 0;
    for (String part : prompt.split(";", -1)) {
      if (part.isBlank()) {
        continue;
      }
      Matcher shot = SHOT.matcher(part);
      if (!shot.matches()
          || Integer.parseInt(shot.group(1)) != ++count
          || Integer.parseInt(shot.group(2)) < 1
          || shot.group(3).length() > WORDS_MAX) {
        throw Refusal.value("the shots of prompt are invalid");
      }
      sum += Integer.parseInt(shot.group(2));
    }
    if (count > SHOTS_MAX) {
      throw Refusal.value("prompt must hold 1 to " + SHOTS_MAX + " shots");
    }
    if (sum != seconds) {
      throw Refusal.value("the durations of the shots must add up to duration");
    }
  }
}
