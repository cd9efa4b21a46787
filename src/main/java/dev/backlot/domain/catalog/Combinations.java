package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a model can do what is asked, each field being valid by itself; and if not, says
 * what does not go together and what comes nearest.
 */
final class Combinations {
  /**
   * @param field relative to the input; empty for a model that is named beside it
   * @param pair what does not go together, as the request says it
   * @param why in words after a colon
   * @param theirs the same as the provider says it; null when that is not known
   */
  private record Conflict(String field, String pair, String why, @Nullable String theirs) {
    private Conflict(String field, String pair, String why) {
      this(field, pair, why, null);
    }
  }

  private Combinations() {}

  /**
   * @param possible whether a model takes a changed input, as far as rules beyond this go
   */
  static void check(
      Facts asked, Map<?, ?> input, BiPredicate<String, Map<String, Object>> possible) {
    conflict(asked, input)
        .ifPresent(
            conflict -> {
              throw impossible(conflict, new Nearest(asked, input, possible).inWords());
            });
  }

  /** The same as a question, for any model. */
  static boolean canDo(Kind kind, String model, Map<?, ?> input) {
    Capability capability = kind.models().get(model);
    Choice mode = kind.choices().mode();
    if (capability == null || (capability.modes().isEmpty() && mode.isSaid(input))) {
      return false;
    }
    return capability.can(
        capability.modes().isEmpty() ? "" : mode.in(input),
        kind.choices().seconds().numberIn(input),
        kind.featuresIn(input));
  }

  private static Optional<Conflict> conflict(Facts asked, Map<?, ?> input) {
    Kind kind = asked.kind();
    String model = asked.model();
    Capability capability = kind.models().get(model);
    if (capability == null) {
      String why = model + " does not do " + kind.name();
      return Optional.of(
          new Conflict(kind.choices().model().field(), model + " with " + kind.name(), why));
    }
    return modeConflict(asked, capability, input)
        .or(() -> secondsConflict(asked, capability))
        .or(
            () ->
                asked.features().stream()
                    .sorted()
                    .flatMap(each -> featureConflict(asked, capability, each, input).stream())
                    .findFirst());
  }

  private static Optional<Conflict> modeConflict(
      Facts asked, Capability capability, Map<?, ?> input) {
    List<String> modes = capability.modes();
    Choice mode = asked.kind().choices().mode();
    if (modes.isEmpty() ? !mode.isSaid(input) : modes.contains(asked.mode())) {
      return Optional.empty();
    }
    String why =
        modes.isEmpty()
            ? asked.model() + " takes no " + mode.name() + ": leave it out"
            : asked.model() + " takes the " + mode.name() + " " + list(modes);
    String pair = mode.name() + " " + mode.in(input) + " with " + asked.model();
    return Optional.of(new Conflict(mode.field(), pair, why));
  }

  private static Optional<Conflict> secondsConflict(Facts asked, Capability capability) {
    if (capability.lasts(asked.seconds())) {
      return Optional.empty();
    }
    Choice seconds = asked.kind().choices().seconds();
    return Optional.of(
        new Conflict(
            seconds.field(),
            seconds.name() + " " + asked.seconds() + " with " + asked.model(),
            asked.model() + " makes clips of " + list(capability.durations()) + " seconds"));
  }

  private static Optional<Conflict> featureConflict(
      Facts asked, Capability capability, String feature, Map<?, ?> input) {
    Kind kind = asked.kind();
    Limits limits = capability.features().get(feature);
    if (limits != null && limits.allow(asked.mode(), asked.seconds(), asked.features())) {
      return Optional.empty();
    }
    String field = kind.probe(feature, input).map(Probe::field).orElse("");
    String said = kind.inWords(feature, input);
    String theirs = theirs(asked, limits, said);
    return Optional.of(
        limits == null
            ? new Conflict(
                field,
                said + " with " + asked.model(),
                asked.model() + " has no " + feature,
                theirs)
            : new Conflict(
                field,
                said + " with " + asked.model() + limits.brokenBy(asked, input),
                feature + " with " + asked.model() + " needs " + limits.inWords(kind.choices()),
                theirs));
  }

  /**
   * The two forms that the reference has, both of the older dialect (section 8): what a model or a
   * mode has not, and what another feature excludes.
   */
  private static @Nullable String theirs(Facts asked, @Nullable Limits limits, String said) {
    if (asked.kind().own().dialect() != Dialect.LEGACY || asked.mode().isEmpty()) {
      return null;
    }
    if (limits == null || !(limits.modes().isEmpty() || limits.modes().contains(asked.mode()))) {
      String pair = asked.model() + "/" + asked.mode();
      return "model/mode(" + pair + ") is not supported with " + said;
    }
    return limits.without().stream()
        .filter(asked.features()::contains)
        .sorted()
        .findFirst()
        .map(other -> said + " is not supported with " + other.replace('-', ' '))
        .orElse(null);
  }

  private static BacklotException impossible(Conflict conflict, String nearest) {
    String pointer = conflict.field().isEmpty() ? "/model" : "/input/" + conflict.field();
    return BacklotException.ofField(
            ErrorCode.UNSUPPORTED_COMBINATION,
            pointer,
            pointer
                + ": "
                + conflict.pair()
                + " is not possible: "
                + conflict.why()
                + "."
                + nearest)
        .inTheirWords(conflict.theirs());
  }

  private static String list(List<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
