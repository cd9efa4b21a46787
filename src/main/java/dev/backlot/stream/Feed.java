package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.EventLog;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one client follows: all its watches move along the log together, at one position.
 *
 * <p>A new watch joins in four steps, so that no event is missed and none is sent twice: find its
 * beginning (snapshot or cursor); bring the others at least as far; bring the new one exactly as
 * far as the others; then all together to the tail, and live. While it is not live, a feed is
 * passed over by the hub and catches up from its own position. One event loop only.
 */
final class Feed {
  static final int WATCHES_MAX = 100;

  private final EventLog log;
  private final Subscriptions hub;
  private final TenantId tenant;
  private final Outbox outbox;
  private final int snapshotJobsMax;
  private final Map<String, Watch> watches = new LinkedHashMap<>();

  /** One change of the watches at a time. */
  private Future<?> changes = Future.succeededFuture();

  private boolean live;
  private long position;
  private @Nullable Replay replay;

  private record Beginning(long position, @Nullable String message) {}

  Feed(EventLog log, Subscriptions hub, TenantId tenant, Outbox outbox, int snapshotJobsMax) {
    this.log = log;
    this.hub = hub;
    this.tenant = tenant;
    this.outbox = outbox;
    this.snapshotJobsMax = snapshotJobsMax;
  }

  /**
   * @param from null for a snapshot; else the position after which events are wanted
   * @return completes when the watch is live. Fails with {@code JOB_NOT_FOUND}, {@code
   *     INVALID_REQUEST} or with what the database failed with; the other watches go on
   */
  Future<Void> subscribe(Watch watch, @Nullable Long from) {
    Future<Void> joined = changes.transform(before -> join(watch, from));
    changes = joined;
    return joined;
  }

  /** Nothing of this watch is sent any more. */
  Future<Void> unsubscribe(String id) {
    Future<Void> left = changes.transform(before -> leave(id));
    changes = left;
    return left;
  }

  /** Where to come back to; empty until the first watch has its beginning. */
  OptionalLong cursor() {
    if (replay != null) {
      return OptionalLong.of(replay.position());
    }
    if (watches.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(live ? Math.max(position, hub.tail()) : position);
  }

  /**
   * Takes a new event of one of the watched keys.
   *
   * @return false when there is no room: call {@link #giveUp} when the hub is done
   */
  boolean offer(Frame frame) {
    if (!live || frame.position() <= position || outbox.isClosed()) {
      return true;
    }
    if (outbox.isFull()) {
      live = false;
      position = frame.position() - 1;
      return false;
    }
    position = frame.position();
    outbox.send(frame.text());
    return true;
  }

  void giveUp() {
    outbox.resync(CloseCode.RESYNC, "slow-reader");
  }

  /** The client has gone. */
  void close() {
    live = false;
    watches.values().forEach(watch -> hub.remove(this, watch));
    watches.clear();
  }

  private Future<Void> join(Watch watch, @Nullable Long from) {
    if (watches.containsKey(watch.id())) {
      return Future.failedFuture(refuse("/id", "This id is in use: unsubscribe it first."));
    }
    if (watches.size() == WATCHES_MAX) {
      return Future.failedFuture(
          refuse("/id", "A socket has at most " + WATCHES_MAX + " subscriptions."));
    }
    return follow(watch, from)
        .recover(failure -> restart(watch, from, failure))
        .eventually(this::goLive);
  }

  private Future<Void> follow(Watch watch, @Nullable Long from) {
    return beginning(watch, from)
        .compose(
            beginning ->
                bringOthersTo(beginning.position())
                    .compose(
                        met -> {
                          if (beginning.message() != null) {
                            outbox.send(beginning.message());
                          }
                          return replay(watch, beginning.position(), () -> position);
                        }))
        .onSuccess(met -> add(watch))
        .mapEmpty();
  }

  private Future<Void> restart(Watch watch, @Nullable Long from, Throwable failure) {
    if (from == null || !isExpired(failure)) {
      return Future.failedFuture(failure);
    }
    outbox.send(Messages.cursorExpired(watch.id()));
    return follow(watch, null);
  }

  private Future<Beginning> beginning(Watch watch, @Nullable Long from) {
    if (from == null) {
      return snapshot(watch)
          .map(
              found ->
                  new Beginning(
                      found.position(), Messages.snapshot(watch, found, isComplete(watch, found))));
    }
    if (!watch.isWholeTenant()) {
      return snapshot(watch).compose(found -> resume(from, found.position()));
    }
    return from <= hub.tail()
        ? resume(from, hub.tail())
        : hub.reads().run(log::head).compose(head -> resume(from, head));
  }

  /** A cursor from beyond the end belongs to a log that is no more, for example after a restore. */
  private static Future<Beginning> resume(long from, long head) {
    return from > head
        ? Future.failedFuture(Replay.expired())
        : Future.succeededFuture(new Beginning(from, null));
  }

  private boolean isComplete(Watch watch, Snapshot found) {
    return !watch.isWholeTenant() || found.jobs().size() < snapshotJobsMax;
  }

  private Future<Snapshot> snapshot(Watch watch) {
    int limit = watch.isWholeTenant() ? snapshotJobsMax : watch.jobs().size();
    return hub.reads()
        .run(() -> log.snapshot(tenant, watch.jobs(), limit))
        .compose(
            found -> {
              Set<JobId> missing = new HashSet<>(watch.jobs());
              found.jobs().stream().map(Job::id).forEach(missing::remove);
              return missing.isEmpty()
                  ? Future.succeededFuture(found)
                  : Future.failedFuture(unknown(missing));
            });
  }

  private Future<Void> bringOthersTo(long beginning) {
    pause();
    if (watches.isEmpty()) {
      position = Math.max(beginning, hub.tail());
      return Future.succeededFuture();
    }
    return catchUp(() -> beginning);
  }

  private void pause() {
    if (live) {
      live = false;
      position = Math.max(position, hub.tail());
    }
  }

  private Future<Void> catchUp(LongSupplier goal) {
    return replay(everything(), position, goal).onSuccess(reached -> position = reached).mapEmpty();
  }

  private Future<Long> replay(Watch watch, long from, LongSupplier goal) {
    Replay started = new Replay(log, hub, outbox, watch, from, goal);
    replay = started;
    return started.run().onComplete(done -> replay = null);
  }

  private void add(Watch watch) {
    watches.put(watch.id(), watch);
    hub.add(this, watch);
  }

  private Future<Void> leave(String id) {
    Watch watch = watches.remove(id);
    if (watch == null) {
      return Future.failedFuture(refuse("/id", "There is no subscription with this id."));
    }
    hub.remove(this, watch);
    // Another watch may share a key with the one that left.
    watches.values().forEach(other -> hub.add(this, other));
    return Future.succeededFuture();
  }

  /** From its own position to the tail; nothing comes between the last look and being live. */
  private Future<Void> goLive() {
    if (live || watches.isEmpty() || outbox.isClosed()) {
      return Future.succeededFuture();
    }
    return catchUp(hub::tail)
        .compose(
            caughtUp -> {
              if (position < hub.tail()) {
                return goLive();
              }
              live = true;
              return Future.<Void>succeededFuture();
            })
        .onFailure(this::loseTrack);
  }

  private void loseTrack(Throwable failure) {
    if (isExpired(failure)) {
      outbox.resync(CloseCode.RESYNC, "lagging");
      return;
    }
    outbox.resync(CloseCode.TRY_AGAIN, "unavailable");
  }

  private Watch everything() {
    if (watches.values().stream().anyMatch(Watch::isWholeTenant)) {
      return new Watch("", tenant, Set.of());
    }
    return new Watch(
        "",
        tenant,
        watches.values().stream()
            .flatMap(watch -> watch.jobs().stream())
            .collect(Collectors.toSet()));
  }

  private static boolean isExpired(Throwable failure) {
    return failure instanceof BacklotException known && known.code() == ErrorCode.CURSOR_EXPIRED;
  }

  private static BacklotException refuse(String field, String detail) {
    return BacklotException.ofField(ErrorCode.INVALID_REQUEST, field, detail);
  }

  static BacklotException unknown(Set<JobId> jobs) {
    String names = jobs.stream().sorted().map(JobId::toString).collect(Collectors.joining(", "));
    return BacklotException.ofField(
        ErrorCode.JOB_NOT_FOUND, "/jobs", "There is no such job: " + names);
  }
}
