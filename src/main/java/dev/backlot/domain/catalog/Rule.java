package dev.backlot.domain.catalog;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an input must satisfy beyond its single members; answered with 422. */
public sealed interface Rule {

  /**
   * Member to point to, and what is wrong in words; empty while the rule is kept.
   *
   * @param seconds duration; 0 for what has none
   */
  Optional<Broken> broken(String model, int seconds, Map<?, ?> input);

  /**
   * @param field relative to the input
   */
  record Broken(String field, String why) {}

  /**
   * One thing follows from another.
   *
   * @param models for which it counts; empty for all
   * @param needs of these probes one must hold when {@code when} holds
   */
  record Implies(Set<String> models, Probe when, List<Probe> needs, String field, String says)
      implements Rule {
    public Implies {
      models = Set.copyOf(models);
      needs = List.copyOf(needs);
    }

    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      return counts(models, model)
              && when.holds(input)
              && needs.stream().noneMatch(probe -> probe.holds(input))
          ? Optional.of(new Broken(field, says))
          : Optional.empty();
    }
  }

  /**
   * A number of elements is bounded.
   *
   * @param of what is counted, together
   * @param when null for always
   */
  record AtMost(Set<String> models, int most, List<Selector> of, @Nullable Probe when, String says)
      implements Rule {
    public AtMost {
      models = Set.copyOf(models);
      of = List.copyOf(of);
    }

    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      int found = of.stream().mapToInt(each -> each.find(input).size()).sum();
      return counts(models, model) && (when == null || when.holds(input)) && found > most
          ? Optional.of(
              new Broken(of.get(0).field(), "has " + found + ", at most " + most + " " + says))
          : Optional.empty();
    }
  }

  /**
   * A text is shorter for some models than its field allows.
   *
   * @param most characters
   */
  record Longest(Set<String> models, Selector of, int most) implements Rule {
    public Longest {
      models = Set.copyOf(models);
    }

    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      return counts(models, model)
              && of.find(input).stream().anyMatch(text -> String.valueOf(text).length() > most)
          ? Optional.of(new Broken(of.field(), model + " takes at most " + most + " characters"))
          : Optional.empty();
    }
  }

  /** No value is there twice. */
  record Distinct(Selector of, String says) implements Rule {
    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      List<Object> all = of.find(input);
      return all.stream().distinct().count() < all.size()
          ? Optional.of(new Broken(of.field(), says))
          : Optional.empty();
    }
  }

  /**
   * A text must have something in it.
   *
   * @param part for example the sign of a reference
   */
  record Contains(Selector of, String part) implements Rule {
    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      return of.find(input).stream().allMatch(text -> String.valueOf(text).contains(part))
          ? Optional.empty()
          : Optional.of(new Broken(of.field(), "must have " + part + " in it"));
    }
  }

  /** A second number is larger than a first one, by at least so much. */
  record Apart(Selector from, Selector to, long least, String says) implements Rule {
    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      BigDecimal start = sum(List.of(from), input);
      BigDecimal end = sum(List.of(to), input);
      return end.subtract(start).compareTo(BigDecimal.valueOf(least)) >= 0
          ? Optional.empty()
          : Optional.of(new Broken(to.field(), says));
    }
  }

  /**
   * What an image grows to, against what it was: (1 + {@code across}) x (1 + {@code down}).
   *
   * @param across shares of its width that are added
   * @param down shares of its height that are added
   */
  record Area(List<Selector> across, List<Selector> down, BigDecimal most, String says)
      implements Rule {
    public Area {
      across = List.copyOf(across);
      down = List.copyOf(down);
    }

    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      BigDecimal area =
          BigDecimal.ONE.add(sum(across, input)).multiply(BigDecimal.ONE.add(sum(down, input)));
      return area.compareTo(most) <= 0
          ? Optional.empty()
          : Optional.of(new Broken(across.get(0).field(), says));
    }
  }

  /**
   * Shots that each have a length make up the whole.
   *
   * @param lengths of the shots
   */
  record AddUp(Probe when, Selector lengths) implements Rule {
    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      List<Object> shots = lengths.find(input);
      if (!when.holds(input) || shots.isEmpty()) {
        return Optional.empty();
      }
      int sum = shots.stream().mapToInt(shot -> Integer.parseInt(String.valueOf(shot))).sum();
      return sum == seconds
          ? Optional.empty()
          : Optional.of(
              new Broken(
                  lengths.field(),
                  "has shots of " + sum + " seconds in all, and the duration is " + seconds));
    }
  }

  /** Shots that are written into a text make up the whole. */
  record ShotsInText(Probe when, Selector of) implements Rule {
    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      return when.holds(input)
          ? of.find(input).stream()
              .flatMap(text -> ShotText.problem(String.valueOf(text), seconds).stream())
              .findFirst()
              .map(why -> new Broken(of.field(), why))
          : Optional.empty();
    }
  }

  /** Of the numbers in an object exactly one is not 0. */
  record OneMoves(Selector of) implements Rule {
    @Override
    public Optional<Broken> broken(String model, int seconds, Map<?, ?> input) {
      return of.find(input).stream().allMatch(each -> moves(each) == 1)
          ? Optional.empty()
          : Optional.of(new Broken(of.field(), "must have exactly one value other than 0"));
    }

    private static long moves(Object each) {
      return each instanceof Map<?, ?> object
          ? object.values().stream()
              .map(FieldType::decimal)
              .filter(number -> number != null && number.signum() != 0)
              .count()
          : 0;
    }
  }

  private static BigDecimal sum(List<Selector> of, Map<?, ?> input) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Selector each : of) {
      for (Object value : each.find(input)) {
        BigDecimal number = FieldType.decimal(value);
        sum = number == null ? sum : sum.add(number);
      }
    }
    return sum;
  }

  private static boolean counts(Set<String> models, String model) {
    return models.isEmpty() || models.contains(model);
  }
}
