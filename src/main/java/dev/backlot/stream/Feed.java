package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.EventLog;
import dev.backlot.port.EventLog.Selection;
import dev.backlot.stream.Beginnings.Beginning;
import dev.backlot.stream.Replay.Wanted;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one client follows: all its watches move along the log together, at one position.
 *
 * <p>A new watch joins in four steps, so that no event is missed and none is sent twice: stand
 * still and find its beginning (snapshot or cursor); bring the others at least as far; bring the
 * new one exactly as far as the others; then all together to the tail, and live. While it is not
 * live, a feed is passed over by the hub and catches up from its own position. One event loop only.
 */
public final class Feed {
  static final int WATCHES_MAX = 100;

  private final EventLog log;
  private final Subscriptions hub;
  private final TenantId tenant;
  private final Cover cover;
  private final Outbox outbox;
  private final Beginnings beginnings;
  private final Map<String, Joined> watches = new LinkedHashMap<>();

  /** One change of the watches at a time. */
  private Future<?> changes = Future.succeededFuture();

  private boolean live;
  private boolean filtered;
  private long position;
  private @Nullable Replay replay;

  /**
   * @param since everything after it and up to the feed's position was sent
   * @param batch as {@link Beginning#batch}
   */
  private record Joined(Watch watch, long since, @Nullable BatchId batch) {
    boolean hasSent(Frame frame) {
      return frame.position() > since && watch.matches(frame);
    }
  }

  /**
   * @param cover asked before something of a watch is sent, and again when it joins: its answer may
   *     change meanwhile
   */
  Feed(
      EventLog log,
      Subscriptions hub,
      TenantId tenant,
      Cover cover,
      Outbox outbox,
      int snapshotJobsMax) {
    this.log = log;
    this.hub = hub;
    this.tenant = tenant;
    this.cover = cover;
    this.outbox = outbox;
    this.beginnings = new Beginnings(log, hub, tenant, snapshotJobsMax);
  }

  /**
   * @param from null for a snapshot; else the position after which events are wanted
   * @return completes when the watch is live. Fails with {@code JOB_NOT_FOUND}, {@code
   *     BATCH_NOT_FOUND}, {@code FORBIDDEN}, {@code INVALID_REQUEST} or with what the database
   *     failed with; the other watches go on
   */
  public Future<Void> subscribe(Watch watch, @Nullable Long from) {
    Future<Void> joined = changes.transform(before -> join(watch, from));
    changes = joined;
    return joined;
  }

  /** Nothing of this watch is sent any more. */
  public Future<Void> unsubscribe(String id) {
    Future<Void> left = changes.transform(before -> leave(id));
    changes = left;
    return left;
  }

  TenantId tenant() {
    return tenant;
  }

  /** Whether everything that has joined may also be followed by another credential. */
  public boolean isCovered(Cover other) {
    return watches.values().stream()
        .allMatch(joined -> other.covers(joined.watch(), joined.batch()));
  }

  /** Where to come back to; empty until the first watch has its beginning. */
  public OptionalLong cursor() {
    if (replay != null) {
      return OptionalLong.of(replay.position());
    }
    if (watches.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(live ? Math.max(position, hub.tailOf(this)) : position);
  }

  /**
   * Takes a new event of one of the watched keys.
   *
   * @return false when there is no room: call {@link #giveUp}, and offer nothing more
   */
  boolean offer(Frame frame) {
    if (!live || frame.position() <= position || outbox.isClosed()) {
      return true;
    }
    if (filtered && !isWanted(frame)) {
      return true;
    }
    if (outbox.isFull()) {
      live = false;
      position = frame.position() - 1;
      return false;
    }
    outbox.send(frame);
    position = frame.position();
    return true;
  }

  /** Events offered from here on may wait for {@link #release}. */
  void hold() {
    outbox.hold();
  }

  void release() {
    outbox.release();
  }

  /** Something went wrong while an event was handed over: nothing more is sent after it. */
  void halt() {
    live = false;
  }

  /** After {@link #halt}: the client comes back for what it has not had. */
  void giveUpHalted() {
    outbox.resync(CloseCode.TRY_AGAIN, "unavailable");
  }

  void giveUp() {
    outbox.resync(CloseCode.RESYNC, "slow-reader");
  }

  /** The client has gone. */
  public void close() {
    live = false;
    watches.values().forEach(joined -> hub.remove(this, joined.watch()));
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
    pause();
    return room().compose(free -> begin(watch, from));
  }

  /**
   * A snapshot may be much larger than what asks for it: whoever asks and does not read gets none.
   * What happens meanwhile is caught up with, so it makes nobody a slow reader. Never completes
   * when the client goes.
   */
  private Future<Void> room() {
    Promise<Void> room = Promise.promise();
    if (!outbox.isFull()) {
      room.complete();
    } else if (!outbox.isClosed()) {
      outbox.whenDrained(
          () -> {
            if (!outbox.isClosed()) {
              room.complete();
            }
          });
    }
    return room.future();
  }

  private Future<Void> begin(Watch watch, @Nullable Long from) {
    return beginnings
        .of(watch, from)
        .map(beginning -> requireCover(watch, beginning))
        .compose(
            beginning ->
                bringOthersTo(beginning.position())
                    .compose(met -> bringHere(watch, beginning))
                    .map(met -> requireCover(watch, beginning))
                    .onSuccess(met -> add(watch, beginning)))
        .mapEmpty();
  }

  private Beginning requireCover(Watch watch, Beginning beginning) {
    if (!cover.covers(watch, beginning.batch())) {
      throw Access.notCovered();
    }
    return beginning;
  }

  /** What the others have sent already is not sent again, unless an older snapshot comes first. */
  private Future<Long> bringHere(Watch watch, Beginning beginning) {
    Predicate<Frame> wanted = watch::matches;
    if (beginning.snapshot() == null) {
      wanted = wanted.and(frame -> watches.values().stream().noneMatch(w -> w.hasSent(frame)));
    } else {
      outbox.send(beginning.snapshot());
    }
    Set<BatchId> batch = watch.batch() == null ? Set.of() : Set.of(watch.batch());
    return replay(
        new Wanted(tenant, new Selection(watch.jobs(), batch), wanted),
        beginning.position(),
        () -> position);
  }

  private Future<Void> restart(Watch watch, @Nullable Long from, Throwable failure) {
    if (from == null || !isExpired(failure)) {
      return Future.failedFuture(failure);
    }
    outbox.send(Messages.cursorExpired(watch.id()));
    return follow(watch, null);
  }

  private Future<Void> bringOthersTo(long beginning) {
    if (watches.isEmpty()) {
      position = Math.max(beginning, hub.tail());
      return Future.succeededFuture();
    }
    return catchUp(() -> beginning);
  }

  private void pause() {
    if (live) {
      live = false;
      position = Math.max(position, hub.tailOf(this));
    }
  }

  /** What was sent before it failed is not sent again. */
  private Future<Void> catchUp(LongSupplier goal) {
    Replay started = new Replay(log, hub, outbox, everything(), position, goal);
    return run(started).onComplete(done -> position = started.position()).mapEmpty();
  }

  private Future<Long> replay(Wanted wanted, long from, LongSupplier goal) {
    return run(new Replay(log, hub, outbox, wanted, from, goal));
  }

  private Future<Long> run(Replay started) {
    replay = started;
    return started.run().onComplete(done -> replay = null);
  }

  private void add(Watch watch, Beginning beginning) {
    watches.put(watch.id(), new Joined(watch, beginning.position(), beginning.batch()));
    filtered |= watch.isFiltered();
    hub.add(this, watch);
  }

  private Future<Void> leave(String id) {
    hub.settle(this);
    Joined left = watches.remove(id);
    if (left == null) {
      return Future.failedFuture(refuse("/id", "There is no subscription with this id."));
    }
    filtered = watches.values().stream().anyMatch(other -> other.watch().isFiltered());
    hub.remove(this, left.watch());
    // Another watch may share a key with the one that left.
    watches.values().forEach(other -> hub.add(this, other.watch()));
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

  private Wanted everything() {
    return new Wanted(tenant, selection(), this::isWanted);
  }

  private Selection selection() {
    if (watches.values().stream().anyMatch(joined -> joined.watch().isWholeTenant())) {
      return Selection.ALL;
    }
    Set<JobId> jobs =
        watches.values().stream()
            .flatMap(joined -> joined.watch().jobs().stream())
            .collect(Collectors.toSet());
    Set<BatchId> batches =
        watches.values().stream()
            .map(joined -> joined.watch().batch())
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return new Selection(jobs, batches);
  }

  private boolean isWanted(Frame frame) {
    for (Joined joined : watches.values()) {
      if (joined.watch().matches(frame)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExpired(Throwable failure) {
    return failure instanceof BacklotException known && known.code() == ErrorCode.CURSOR_EXPIRED;
  }

  private static BacklotException refuse(String field, String detail) {
    return BacklotException.ofField(ErrorCode.INVALID_REQUEST, field, detail);
  }
}
