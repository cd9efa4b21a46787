package dev.backlot.benchmark;

import java.util.List;
import java.util.Locale;

/** What one quantity was in each round. */
record Series(List<Double> values) {
  Series {
    values = values.stream().sorted().toList();
  }

  double median() {
    int middle = values.size() / 2;
    return values.size() % 2 == 1
        ? values.get(middle)
        : (values.get(middle - 1) + values.get(middle)) / 2;
  }

  /** The median, and between which values it was found. */
  String text() {
    return values.size() == 1
        ? text(median())
        : "%s (%s .. %s)"
            .formatted(text(median()), text(values.get(0)), text(values.get(values.size() - 1)));
  }

  private static String text(double value) {
    String format = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
