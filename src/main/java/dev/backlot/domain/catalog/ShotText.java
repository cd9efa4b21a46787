package dev.backlot.domain.catalog;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shots written into a prompt, {@code shot 1, 3, words; shot 2, 2, words;} (Kling reference,
 * section 6.1). A prompt that does not begin so is left alone: the provider then makes the shots
 * itself.
 */
final class ShotText {
  private static final int SHOTS_MAX = 6;
  private static final int WORDS_MAX = 512;
  private static final Pattern START =
      Pattern.compile("\\s*shot\\s+\\d{1,3}\\s*,.*", Pattern.DOTALL);
  private static final Pattern SHOT =
      Pattern.compile("\\s*shot\\s+(\\d{1,3})\\s*,\\s*(\\d{1,3})\\s*,(.*)", Pattern.DOTALL);

  private ShotText() {}

  /** What is wrong, in words after the name of the text; empty when nothing is. */
  static Optional<String> problem(String prompt, int seconds) {
    if (!START.matcher(prompt).matches()) {
      return Optional.empty();
    }
    int number = 0;
    int sum = 0;
    for (String part : prompt.strip().split(";")) {
      Matcher shot = SHOT.matcher(part);
      if (!shot.matches()
          || Integer.parseInt(shot.group(1)) != ++number
          || Integer.parseInt(shot.group(2)) < 1
          || shot.group(3).length() > WORDS_MAX) {
        return Optional.of(
            "has a shot that is not 'shot <number>, <seconds>, <at most 512 characters>;'");
      }
      sum += Integer.parseInt(shot.group(2));
    }
    if (number > SHOTS_MAX || sum != seconds) {
      return Optional.of(
          "has "
              + number
              + " shots of "
              + sum
              + " seconds in all; at most "
              + SHOTS_MAX
              + " are possible, and the duration is "
              + seconds);
    }
    return Optional.empty();
  }
}
