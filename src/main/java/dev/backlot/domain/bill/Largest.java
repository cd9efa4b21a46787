package dev.backlot.domain.bill;

import java.util.Arrays;

/**
 * Finds the place with the largest value in any range of places: a segment tree, so that a change
 * and a question take the logarithm of their number.
 */
final class Largest {
  /** Of a place without a value. */
  static final int NONE = -Integer.MAX_VALUE;

  private final int[] values;

  /** Places: of a node the better of those of its two children, which stand at 2 n and 2 n + 1. */
  private final int[] winners;

  Largest(int places) {
    this.values = new int[places];
    this.winners = new int[2 * places];
    Arrays.fill(values, NONE);
    for (int place = 0; place < places; place++) {
      winners[places + place] = place;
    }
    for (int node = places - 1; node > 0; node--) {
      winners[node] = winners[2 * node];
    }
  }

  void put(int place, int value) {
    values[place] = value;
    for (int node = (values.length + place) / 2; node > 0; node /= 2) {
      winners[node] = larger(winners[2 * node], winners[2 * node + 1]);
    }
  }

  int at(int place) {
    return values[place];
  }

  /** A place with the largest value from {@code first} to {@code last}, both inclusive. */
  int in(int first, int last) {
    int best = first;
    int left = values.length + first;
    int right = values.length + last + 1;
    while (left < right) {
      if (left % 2 == 1) {
        best = larger(best, winners[left++]);
      }
      if (right % 2 == 1) {
        best = larger(best, winners[--right]);
      }
      left /= 2;
      right /= 2;
    }
    return best;
  }

  private int larger(int one, int other) {
    return values[other] > values[one] ? other : one;
  }
}
