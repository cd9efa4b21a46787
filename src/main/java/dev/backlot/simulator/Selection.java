package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What is marked in the frames of a clip (reference, section 4.10). Event loop only. */
final class Selection {
  private static final int FRAMES_MOST = 10;
  private static final int POINTS_MOST = 10;

  /**
   * @param x from the left, 0 to 1
   * @param y from the top, likewise
   */
  record Point(double x, double y) {
    private static Point of(Object element) {
      JsonObject point = (JsonObject) element;
      return new Point(point.getDouble("x"), point.getDouble("y"));
    }
  }

  private final TreeMap<Integer, Set<Point>> byFrame = new TreeMap<>();

  static List<Point> points(JsonArray array) {
    return array.stream().map(Point::of).toList();
  }

  boolean isEmpty() {
    return byFrame.isEmpty();
  }

  Set<Point> of(int frame) {
    return byFrame.getOrDefault(frame, Set.of());
  }

  /** Throws a {@link Refusal}. */
  void checkAdd(int frame, List<Point> points) {
    if (!byFrame.containsKey(frame) && byFrame.size() >= FRAMES_MOST) {
      throw Refusal.value("at most " + FRAMES_MOST + " frames can be marked");
    }
    Set<Point> all = new HashSet<>(of(frame));
    all.addAll(points);
    if (all.size() > POINTS_MOST) {
      throw Refusal.value("at most " + POINTS_MOST + " points can be marked in a frame");
    }
  }

  /** Throws a {@link Refusal}: only what was marked exactly so can be taken back. */
  void checkRemove(int frame, List<Point> points) {
    if (!of(frame).containsAll(points)) {
      throw Refusal.value("points were not marked in frame " + frame);
    }
  }

  void add(int frame, List<Point> points) {
    byFrame.computeIfAbsent(frame, none -> new LinkedHashSet<>()).addAll(points);
  }

  void remove(int frame, List<Point> points) {
    Set<Point> marked = byFrame.get(frame);
    if (marked == null) {
      return;
    }
    points.forEach(marked::remove);
    if (marked.isEmpty()) {
      byFrame.remove(frame);
    }
  }

  void clear() {
    byFrame.clear();
  }
}
