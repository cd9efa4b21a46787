package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rules between members that are no table (Kling reference, sections 4.1 and 6.1). */
final class Details {
  private static final Probe MULTI_SHOT = Probe.parse("settings/multi_shot=true");
  private static final Selector PROMPT = Selector.parse("prompt");
  private static final Selector PROMPT_OF_CONTENTS = Selector.parse("contents[type=prompt]/text");

  private Details() {}

  static void check(Map<?, ?> input, int seconds) {
    if (input.get("camera_control") instanceof Map<?, ?> camera) {
      checkCamera(camera);
    }
    if ("customize".equals(input.get("shot_type"))
        && input.get("multi_prompt") instanceof List<?> shots) {
      checkShots(shots, seconds);
    }
    if (MULTI_SHOT.holds(input)) {
      Stream.concat(PROMPT.find(input).stream(), PROMPT_OF_CONTENTS.find(input).stream())
          .map(String::valueOf)
          .forEach(prompt -> ShotText.check(prompt, seconds));
    }
  }

  /** Only a simple camera has a configuration, with exactly one movement. */
  private static void checkCamera(Map<?, ?> camera) {
    boolean simple = "simple".equals(camera.get("type"));
    boolean configured = camera.containsKey("config");
    if (simple != configured) {
      throw impossible(
          "/input/camera_control/config",
          simple ? "is needed by the type simple" : "is for the type simple only");
    }
    if (simple && camera.get("config") instanceof Map<?, ?> config && movements(config) != 1) {
      throw impossible("/input/camera_control/config", "must have exactly one value other than 0");
    }
  }

  private static long movements(Map<?, ?> config) {
    return config.values().stream().filter(Details::moves).count();
  }

  private static boolean moves(@Nullable Object value) {
    var number = FieldType.decimal(value);
    return number != null && number.signum() != 0;
  }

  private static void checkShots(List<?> shots, int seconds) {
    int sum = 0;
    for (Object shot : shots) {
      sum += Integer.parseInt(String.valueOf(((Map<?, ?>) shot).get("duration")));
    }
    if (sum != seconds) {
      throw impossible(
          "/input/multi_prompt",
          "has shots of " + sum + " seconds in all, and the duration is " + seconds);
    }
  }

  static BacklotException impossible(String pointer, String why) {
    return BacklotException.ofField(
        ErrorCode.UNSUPPORTED_COMBINATION, pointer, pointer + " " + why + ".");
  }
}
