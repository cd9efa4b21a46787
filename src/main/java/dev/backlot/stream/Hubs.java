package dev.backlot.stream;

import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the node's one tail meets the hubs of all event loops. Thread-safe: each hub is only ever
 * called on its own loop.
 */
public final class Hubs {
  private final Places places = new Places();
  private final List<Member> members = new ArrayList<>();
  private @Nullable Long position;

  private record Member(Context context, Subscriptions hub) {}

  /** Open sockets of this node. */
  public int sockets() {
    return places.connections();
  }

  /** Bytes that wait for slow readers of this node. */
  public long waiting() {
    return places.waiting();
  }

  /** How often a connection was refused because its tenant had its fill. */
  public long crowdedOut() {
    return places.crowdedOut();
  }

  Places places() {
    return places;
  }

  /** How far the tail has read; empty until it has found the end of the log. */
  public synchronized OptionalLong position() {
    return position == null ? OptionalLong.empty() : OptionalLong.of(position);
  }

  /**
   * Adds the hub of the calling event loop: it gets every batch from here on, without a gap.
   *
   * @return where it starts; empty while the tail has not found the end of the log, then nothing
   *     was added
   */
  synchronized OptionalLong join(Subscriptions hub) {
    if (position == null) {
      return OptionalLong.empty();
    }
    members.add(new Member(Vertx.currentContext(), hub));
    return OptionalLong.of(position);
  }

  synchronized void start(long head) {
    position = head;
  }

  /**
   * @return completes when every hub has worked the batch off
   */
  Future<Void> deliver(Batch batch) {
    List<Future<Void>> parts = new ArrayList<>();
    synchronized (this) {
      position = batch.upTo();
      members.forEach(member -> parts.add(deliver(member, batch)));
    }
    return Future.join(parts).mapEmpty();
  }

  private static Future<Void> deliver(Member member, Batch batch) {
    Promise<Void> done = Promise.promise();
    member
        .context()
        .runOnContext(
            loop -> {
              try {
                member.hub().deliver(batch).onComplete(handed -> done.complete());
              } catch (RuntimeException defect) {
                done.complete();
                throw defect;
              }
            });
    return done.future();
  }
}
