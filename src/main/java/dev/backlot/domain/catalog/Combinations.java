package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Decides whether a model can do what is asked, each field being valid by itself; and if not, says
 * what comes nearest.
 */
final class Combinations {
  private Combinations() {}

  static void check(Facts asked, Map<?, ?> input) {
    Capability capability = asked.kind().models().get(asked.model());
    if (capability == null) {
      throw impossible(
          asked,
          asked.kind().choices().model().field(),
          asked.model() + " does not do " + asked.kind().name());
    }
    checkMode(asked, capability, input);
    if (!capability.lasts(asked.seconds())) {
      throw impossible(
          asked,
          asked.kind().choices().seconds().field(),
          asked.model() + " makes clips of " + list(capability.durations()) + " seconds");
    }
    for (String feature : asked.features()) {
      checkFeature(asked, capability, feature, input);
    }
  }

  private static void checkMode(Facts asked, Capability capability, Map<?, ?> input) {
    List<String> modes = capability.modes();
    Choice mode = asked.kind().choices().mode();
    if (modes.isEmpty() && mode.isSaid(input)) {
      throw impossible(
          asked, mode.field(), asked.model() + " takes no " + name(mode) + ": leave it out");
    }
    if (!modes.isEmpty() && !modes.contains(asked.mode())) {
      throw impossible(
          asked, mode.field(), asked.model() + " takes the " + name(mode) + " " + list(modes));
    }
  }

  private static void checkFeature(
      Facts asked, Capability capability, String feature, Map<?, ?> input) {
    Limits limits = capability.features().get(feature);
    if (limits == null) {
      throw impossible(asked, field(asked, feature, input), asked.model() + " has no " + feature);
    }
    if (!limits.allow(asked.mode(), asked.seconds(), asked.features())) {
      throw impossible(
          asked,
          field(asked, feature, input),
          feature + " with " + asked.model() + " needs " + limits.inWords());
    }
  }

  /** As the caller calls it: {@code mode}, or {@code resolution}. */
  private static String name(Choice choice) {
    return choice.field().substring(choice.field().lastIndexOf('/') + 1);
  }

  private static String field(Facts asked, String feature, Map<?, ?> input) {
    return asked.kind().features().getOrDefault(feature, List.of()).stream()
        .filter(probe -> probe.holds(input))
        .findFirst()
        .map(Probe::field)
        .orElse("");
  }

  private static BacklotException impossible(Facts asked, String field, String why) {
    String pointer = field.isEmpty() ? "/model" : "/input/" + field;
    return BacklotException.ofField(
        ErrorCode.UNSUPPORTED_COMBINATION, pointer, pointer + ": " + why + "." + instead(asked));
  }

  /** Other models that can do exactly this. */
  private static String instead(Facts asked) {
    String models =
        asked.kind().models().entrySet().stream()
            .filter(model -> can(model.getValue(), asked))
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    return models.isEmpty() ? "" : " As asked, this can be done by: " + models + ".";
  }

  private static boolean can(Capability capability, Facts asked) {
    return capability.can(asked.mode(), asked.seconds(), asked.features());
  }

  private static String list(List<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
