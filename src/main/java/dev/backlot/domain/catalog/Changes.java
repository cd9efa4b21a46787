package dev.backlot.domain.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Small changes to an input that may bring it within what a model can do. */
final class Changes {
  /**
   * @param words such as {@code with mode pro}, or {@code without sound}
   * @param input changed
   */
  record Change(String words, Map<String, Object> input) {
    Stream<Change> then(List<Change> next) {
      return next.stream()
          .map(change -> new Change(words + " and " + change.words(), change.input()));
    }
  }

  private final Kind kind;
  private final Capability capability;

  Changes(Kind kind, Capability capability) {
    this.kind = kind;
    this.capability = capability;
  }

  /** Another mode, the best first; another duration, the nearest first; what is needed beside. */
  List<Change> keeping(Map<String, Object> input) {
    List<Change> changes = new ArrayList<>();
    Choice mode = kind.choices().mode();
    List<String> modes = new ArrayList<>();
    capability.modes().forEach(each -> modes.add(0, each));
    choose(mode, modes, input, changes);
    Choice seconds = kind.choices().seconds();
    int asked = seconds.numberIn(input);
    List<String> durations =
        capability.durations().stream()
            .sorted(Comparator.comparingInt(each -> Math.abs(each - asked)))
            .map(String::valueOf)
            .toList();
    choose(seconds, durations, input, changes);
    kind.featuresIn(input).stream()
        .sorted()
        .map(capability.features()::get)
        .filter(limits -> limits != null)
        .flatMap(limits -> limits.with().stream().sorted())
        .forEach(feature -> add(feature, input, changes));
    return changes;
  }

  /** Less of what is made use of. */
  List<Change> dropping(Map<String, Object> input) {
    List<Change> changes = new ArrayList<>();
    for (String feature : kind.featuresIn(input).stream().sorted().toList()) {
      List<Probe.Term> terms =
          new ArrayList<>(kind.probe(feature, input).map(Probe::terms).orElse(List.of()));
      while (!terms.isEmpty()) {
        Probe.Term term = terms.remove(terms.size() - 1);
        if (!term.negated()) {
          drop(term.of(), input, changes);
        }
      }
    }
    return changes;
  }

  private static void choose(
      Choice choice, List<String> values, Map<String, Object> input, List<Change> changes) {
    Selector at = choice.at();
    if (at == null) {
      return;
    }
    if (values.isEmpty() && choice.isSaid(input)) {
      changes.add(new Change("without " + choice.name(), without(input, at.steps())));
    }
    values.stream()
        .filter(value -> !value.equals(choice.in(input)))
        .map(value -> new Change("with " + choice.name() + " " + value, with(input, at, value)))
        .forEach(changes::add);
  }

  private void add(String feature, Map<String, Object> input, List<Change> changes) {
    for (Probe probe : kind.features().getOrDefault(feature, List.of())) {
      Probe.Term term = probe.terms().get(0);
      String value = term.value();
      boolean settable = probe.terms().size() == 1 && kind.fields().has(term.of());
      if (settable
          && value != null
          && !value.contains("|")
          && !term.negated()
          && !probe.holds(input)) {
        changes.add(new Change("with " + term.inWords(), with(input, term.of(), value)));
      }
    }
  }

  private void drop(Selector of, Map<String, Object> input, List<Change> changes) {
    Selector whole = kind.fields().optional(of);
    changes.add(new Change("without " + whole.inWords(), without(input, whole.steps())));
  }

  private static Map<String, Object> with(Map<?, ?> input, Selector at, Object value) {
    return with(input, at.steps(), value);
  }

  private static Map<String, Object> with(Map<?, ?> at, List<Selector.Step> steps, Object value) {
    Map<String, Object> copy = copy(at);
    String name = steps.get(0).name();
    Map<?, ?> inner = copy.get(name) instanceof Map<?, ?> object ? object : Map.of();
    copy.put(name, steps.size() == 1 ? value : with(inner, steps.subList(1, steps.size()), value));
    return copy;
  }

  private static Map<String, Object> without(Map<?, ?> at, List<Selector.Step> steps) {
    Map<String, Object> copy = copy(at);
    Selector.Step step = steps.get(0);
    Object found = copy.get(step.name());
    if (step.each() && found instanceof List<?> list) {
      List<?> left = list.stream().filter(element -> !step.isMeant(element)).toList();
      copy.put(step.name(), left);
      if (left.isEmpty()) {
        copy.remove(step.name());
      }
    } else if (steps.size() > 1 && found instanceof Map<?, ?> inner) {
      copy.put(step.name(), without(inner, steps.subList(1, steps.size())));
    } else {
      copy.remove(step.name());
    }
    return copy;
  }

  private static Map<String, Object> copy(Map<?, ?> at) {
    Map<String, Object> copy = new LinkedHashMap<>();
    at.forEach((name, value) -> copy.put(String.valueOf(name), value));
    return copy;
  }
}
