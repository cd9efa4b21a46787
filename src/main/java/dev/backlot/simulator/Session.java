package dev.backlot.simulator;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What a call has opened for later ones: a clip whose faces are known. Event loop only. */
final class Session {
  private static final long LIFE = Duration.ofHours(24).toMillis();
  private static final int MILLIS = 1_000;

  /** Before the end of the clip, which no face is seen until. */
  private static final int LAST = 200;

  /**
   * @param from milliseconds from the beginning of the clip
   * @param to likewise
   */
  record Face(String id, int from, int to) {}

  private final Task opener;

  Session(Task opener) {
    this.opener = opener;
  }

  /** The id of the call that opened it. */
  String id() {
    return opener.id();
  }

  /** Which call opened it. */
  Product product() {
    return opener.request().product();
  }

  boolean isOver(long now) {
    return now - opener.plan().createdAt() >= LIFE;
  }

  /** Of the clip. */
  int seconds() {
    return opener.request().seconds();
  }

  List<Face> faces() {
    return faces(opener.request());
  }

  /** One after the other comes into the picture, and all stay. */
  static List<Face> faces(TaskRequest request) {
    int end = request.seconds() * MILLIS;
    int step = end / 10;
    return IntStream.range(0, request.count())
        .mapToObj(index -> new Face(String.valueOf(index), index * step, end - LAST))
        .toList();
  }
}
