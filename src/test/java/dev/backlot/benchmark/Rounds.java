package dev.backlot.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Several sides, measured in turns (A B C A B C ...): whatever else the machine does in a round, it
 * does to all of them, and ratios are taken within a round.
 */
final class Rounds {
  private static final int WARM_UP = 2;

  private final Map<Side, List<Sample>> samples = new HashMap<>();

  /** One of the things that are compared. */
  @FunctionalInterface
  interface Side {
    Sample measure();
  }

  private Rounds() {}

  /** Two rounds more than asked for are run: the first ones warm up and do not count. */
  static Rounds run(int rounds, Side... sides) {
    Rounds all = new Rounds();
    for (int round = -WARM_UP; round < rounds; round++) {
      for (Side side : sides) {
        Sample sample = side.measure();
        if (round >= 0) {
          all.samples.computeIfAbsent(side, first -> new ArrayList<>()).add(sample);
        }
      }
    }
    return all;
  }

  Series of(Side side, ToDoubleFunction<Sample> quantity) {
    return new Series(samples(side).stream().mapToDouble(quantity).boxed().toList());
  }

  Series ratio(Side one, Side other, ToDoubleFunction<Sample> quantity) {
    List<Sample> ones = samples(one);
    List<Sample> others = samples(other);
    return new Series(
        IntStream.range(0, ones.size())
            .mapToObj(
                i -> quantity.applyAsDouble(ones.get(i)) / quantity.applyAsDouble(others.get(i)))
            .toList());
  }

  private List<Sample> samples(Side side) {
    return samples.getOrDefault(side, List.of());
  }
}
