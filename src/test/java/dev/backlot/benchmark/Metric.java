package dev.backlot.benchmark;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A timer among the metrics of a service, as its text says it. */
final class Metric {
  private final double count;
  private final double seconds;
  private final Map<Double, Double> buckets;

  /**
   * @param name with its unit, without labels
   */
  Metric(String text, String name) {
    this(value(text, name + "_count"), value(text, name + "_sum"), buckets(text, name));
  }

  private Metric(double count, double seconds, Map<Double, Double> buckets) {
    this.count = count;
    this.seconds = seconds;
    this.buckets = buckets;
  }

  /** What was timed after an earlier look. */
  Metric since(Metric before) {
    Map<Double, Double> later = new TreeMap<>();
    buckets.forEach(
        (bound, events) -> later.put(bound, events - before.buckets.getOrDefault(bound, 0.0)));
    return new Metric(count - before.count, seconds - before.seconds, later);
  }

  double count() {
    return count;
  }

  double meanMillis() {
    return 1e3 * seconds / count;
  }

  /** Percent that were within this time, which must be a bound of a bucket. */
  double within(double millis) {
    return 100 * buckets.getOrDefault(millis, 0.0) / count;
  }

  /** The smallest bound of a bucket within which this share of all was; milliseconds. */
  double within(Share share) {
    return buckets.entrySet().stream()
        .filter(bucket -> bucket.getValue() >= share.value() * count)
        .mapToDouble(Map.Entry::getKey)
        .findFirst()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Between 0 and 1. */
  record Share(double value) {}

  private static Map<Double, Double> buckets(String text, String name) {
    Map<Double, Double> buckets = new TreeMap<>();
    for (String line : lines(text, name + "_bucket{")) {
      String bound = line.substring(line.indexOf("le=\"") + 4, line.indexOf("\"}"));
      double millis =
          bound.equals("+Inf") ? Double.POSITIVE_INFINITY : 1e3 * Double.parseDouble(bound);
      buckets.put(millis, number(line));
    }
    return buckets;
  }

  private static double value(String text, String line) {
    return lines(text, line + " ").stream().mapToDouble(Metric::number).sum();
  }

  private static List<String> lines(String text, String beginning) {
    return text.lines().filter(line -> line.startsWith(beginning)).toList();
  }

  private static double number(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
