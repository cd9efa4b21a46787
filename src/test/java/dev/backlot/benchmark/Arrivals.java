package dev.backlot.benchmark;

import java.util.Arrays;
import java.util.stream.IntStream;

/** When which event arrived at one of the clients. One event loop only. */
final class Arrivals {
  private int[] numbers = new int[1 << 16];
  private long[] micros = new long[1 << 16];
  private int count;

  void add(int number, long at) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
      micros = Arrays.copyOf(micros, 2 * count);
    }
    numbers[count] = number;
    micros[count] = at;
    count++;
  }

  int count() {
    return count;
  }

  void clear() {
    count = 0;
  }

  /**
   * Milliseconds from when each event was there, sorted.
   *
   * @param first number of the first event
   * @param there microseconds since the epoch of that event and those after it
   */
  double[] latencies(int first, long[] there) {
    return IntStream.range(0, count)
        .filter(i -> numbers[i] >= first && numbers[i] < first + there.length)
        .mapToDouble(i -> (micros[i] - there[numbers[i] - first]) / 1e3)
        .sorted()
        .toArray();
  }
}
