package dev.backlot.benchmark;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A timer among the metrics of a service, as its text says it. */
final class Metric {
  private final String text;
  private final String name;

  /**
   * @param name with its unit, without labels
   */
  Metric(String text, String name) {
    this.text = text;
    this.name = name;
  }

  double count() {
    return value(name + "_count");
  }

  double meanMillis() {
    return 1e3 * value(name + "_sum") / count();
  }

  /** Percent that were within this time, which must be a bound of a bucket. */
  double within(double millis) {
    return 100 * buckets().getOrDefault(millis, 0.0) / count();
  }

  /** The smallest bound of a bucket within which this share of all was; milliseconds. */
  double within(Share share) {
    return buckets().entrySet().stream()
        .filter(bucket -> bucket.getValue() >= share.value() * count())
        .mapToDouble(Map.Entry::getKey)
        .findFirst()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Between 0 and 1. */
  record Share(double value) {}

  private Map<Double, Double> buckets() {
    Map<Double, Double> buckets = new TreeMap<>();
    for (String line : lines(name + "_bucket{")) {
      String bound = line.substring(line.indexOf("le=\"") + 4, line.indexOf("\"}"));
      double millis =
          bound.equals("+Inf") ? Double.POSITIVE_INFINITY : 1e3 * Double.parseDouble(bound);
      buckets.put(millis, number(line));
    }
    return buckets;
  }

  private double value(String line) {
    return lines(line + " ").stream().mapToDouble(Metric::number).sum();
  }

  private List<String> lines(String beginning) {
    return text.lines().filter(line -> line.startsWith(beginning)).toList();
  }

  private static double number(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
