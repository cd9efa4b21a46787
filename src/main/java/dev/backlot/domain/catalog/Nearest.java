package dev.backlot.domain.catalog;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * What comes nearest to an impossible combination: what the same model could do, then other models
 * that can do what was said, or if there is none, those that can with one value changed. Whatever
 * it names has been tried. A few hundred tries at most; each copies the members of the input, never
 * what they hold.
 */
final class Nearest {
  private static final int MOST = 5;
  private static final int MOST_OF_SAME_MODEL = 2;

  private final Kind kind;
  private final String model;
  private final Map<String, Object> input;
  private final BiPredicate<String, Map<String, Object>> possible;

  Nearest(Facts asked, Map<?, ?> input, BiPredicate<String, Map<String, Object>> possible) {
    this.kind = asked.kind();
    this.model = asked.model();
    this.input = new LinkedHashMap<>();
    input.forEach((name, value) -> this.input.put(String.valueOf(name), value));
    this.possible = possible;
  }

  /** A sentence with a space before it; empty when nothing comes near. */
  String inWords() {
    Set<String> nearest = new LinkedHashSet<>(sameModel());
    List<String> exact = others().filter(other -> works(other, input)).toList();
    nearest.addAll(exact.isEmpty() ? othersWithOneChange(nearest.isEmpty()) : exact);
    return nearest.isEmpty()
        ? ""
        : " Nearest: " + String.join("; ", nearest.stream().limit(MOST).toList()) + ".";
  }

  private List<String> sameModel() {
    Capability capability = kind.models().get(model);
    if (capability == null) {
      return List.of();
    }
    Changes changes = new Changes(kind, capability);
    List<String> kept = working(model, changes.keeping(input)).toList();
    if (kept.isEmpty()) {
      kept =
          working(
                  model,
                  changes.keeping(input).stream()
                      .flatMap(first -> first.then(changes.keeping(first.input()))))
              .limit(1)
              .toList();
    }
    Stream<String> less = working(model, changes.dropping(input)).limit(1);
    return Stream.concat(kept.stream().limit(MOST_OF_SAME_MODEL), less).toList();
  }

  /**
   * Of each model one.
   *
   * @param less whether those count that leave something out, when none keeps everything
   */
  private List<String> othersWithOneChange(boolean less) {
    Map<String, String> byModel = new LinkedHashMap<>();
    kind.models()
        .forEach(
            (other, capability) ->
                putFirst(byModel, other, new Changes(kind, capability).keeping(input)));
    if (less && byModel.isEmpty()) {
      kind.models()
          .forEach(
              (other, capability) ->
                  putFirst(byModel, other, new Changes(kind, capability).dropping(input)));
    }
    return List.copyOf(byModel.values());
  }

  private void putFirst(Map<String, String> byModel, String other, List<Changes.Change> changes) {
    if (!other.equals(model) && !byModel.containsKey(other)) {
      working(other, changes).findFirst().ifPresent(words -> byModel.put(other, words));
    }
  }

  private Stream<String> others() {
    return kind.models().keySet().stream().filter(other -> !other.equals(model));
  }

  private Stream<String> working(String of, List<Changes.Change> changes) {
    return working(of, changes.stream());
  }

  private Stream<String> working(String of, Stream<Changes.Change> changes) {
    return changes
        .filter(change -> works(of, change.input()))
        .map(change -> of + " " + change.words());
  }

  private boolean works(String of, Map<String, Object> changed) {
    return Combinations.canDo(kind, of, changed) && possible.test(of, changed);
  }
}
