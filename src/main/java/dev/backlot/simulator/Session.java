package dev.backlot.simulator;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a call has opened for later ones: a clip whose faces are known, or in which things get
 * marked. Event loop only.
 */
final class Session {
  static final int FRAMES_PER_SECOND = 24;

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
  private final Selection selection = new Selection();

  Session(Task opener) {
    this.opener = opener;
  }

  /** Throws a {@link Refusal} when no call of this kind has opened it, or it is over. */
  static Session in(Library library, String id, CallKind kind) {
    Session session = library.session(id);
    if (session == null || !session.isOf(kind)) {
      throw notFound(id);
    }
    return session;
  }

  static Refusal notFound(String id) {
    return Refusal.value("session not found by id: " + id);
  }

  /** Whether such a call opened it. */
  boolean isOf(CallKind kind) {
    return opener.request().product().call() == kind;
  }

  boolean isOver(long now) {
    return now - opener.plan().createdAt() >= LIFE;
  }

  /** Of the clip. */
  int seconds() {
    return opener.request().seconds();
  }

  int frames() {
    return frames(opener.request());
  }

  static int frames(TaskRequest request) {
    return request.seconds() * FRAMES_PER_SECOND;
  }

  /** The task whose clip it is; null when it came by an address. */
  @Nullable String parent() {
    return opener.request().extras().get("parent");
  }

  Selection selection() {
    return selection;
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
