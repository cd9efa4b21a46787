package dev.backlot.domain.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an input of one kind in the form of another that means the same. All or nothing: what no
 * move takes along cannot be carried over, and is never dropped in silence. Where the input is
 * silent, what counts then is written out, because defaults differ between the dialects.
 *
 * @param models ours by theirs; a model that is not named stays where it is
 * @param unless when one of these holds, nothing is carried over
 * @param moves in the order in which they write
 */
public record CarryOver(Map<String, String> models, List<Probe> unless, List<Move> moves) {
  public CarryOver {
    models = Map.copyOf(models);
    unless = List.copyOf(unless);
    moves = List.copyOf(moves);
  }

  /**
   * @param input maps and lists that may be changed only by whoever copied them
   */
  public record Carried(String model, Map<String, ?> input) {}

  /**
   * What becomes of one member.
   *
   * @param models for which it counts; empty for all
   * @param to null for a member that may be left behind when its value is among those of {@code
   *     rewrite}
   * @param otherwise what counts when the input is silent, as the input would say it; null when
   *     nothing has to be written then
   * @param needed whether nothing can be carried over without it
   */
  public record Move(
      Set<String> models,
      Selector from,
      @Nullable Selector to,
      Rewrite rewrite,
      @Nullable String otherwise,
      boolean needed) {
    public Move {
      models = Set.copyOf(models);
    }

    private boolean countsFor(String model) {
      return models.isEmpty() || models.contains(model);
    }

    /** Takes from {@code left} and adds to {@code made}. */
    private boolean make(Map<String, Object> left, Map<String, Object> made) {
      List<Object> found = new ArrayList<>(from.take(left));
      if (found.isEmpty() && otherwise != null) {
        found.add(otherwise);
      }
      if (needed && found.isEmpty()) {
        return false;
      }
      for (Object value : found) {
        Optional<Object> rewritten = rewrite.of(value);
        if (rewritten.isEmpty() || (to != null && !to.put(made, rewritten.get()))) {
          return false;
        }
      }
      return true;
    }
  }

  /** Empty when the model, or anything in the input, cannot be carried over. */
  Optional<Carried> carry(String model, Map<String, ?> input) {
    String theirs = models.get(model);
    if (theirs == null || unless.stream().anyMatch(probe -> probe.holds(input))) {
      return Optional.empty();
    }
    Map<String, Object> left = copy(input);
    Map<String, Object> made = new LinkedHashMap<>();
    for (Move move : moves) {
      if (move.countsFor(model) && !move.make(left, made)) {
        return Optional.empty();
      }
    }
    return isNothing(left) ? Optional.of(new Carried(theirs, made)) : Optional.empty();
  }

  private static boolean isNothing(@Nullable Object left) {
    if (left instanceof Map<?, ?> object) {
      return object.values().stream().allMatch(CarryOver::isNothing);
    }
    return left instanceof List<?> list && list.stream().allMatch(CarryOver::isNothing);
  }

  private static Map<String, Object> copy(Map<?, ?> object) {
    Map<String, Object> copy = new LinkedHashMap<>();
    object.forEach((name, value) -> copy.put(String.valueOf(name), copyOf(value)));
    return copy;
  }

  @SuppressWarnings("NullAway") // JSON null is kept as it is; nothing takes it along.
  private static Object copyOf(@Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      return copy(object);
    }
    return value instanceof List<?> list
        ? new ArrayList<>(list.stream().map(CarryOver::copyOf).toList())
        : value;
  }
}
