package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Asker;
import dev.backlot.facade.SameRequests.Same;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One create or call and its client, who may be gone before there is an answer: then the first
 * repeat of it adopts what it makes. Called on the event loop of its request, unless a method says
 * otherwise.
 *
 * @param <T> its answer
 */
final class PendingRequest<T> implements Asker {
  /** A loop that stands still for longer is not waited for. */
  private static final long STANDSTILL_MILLIS = 500;

  private static final long PAUSE_MILLIS = 20;

  private final SameRequests<T> all;
  private final Vertx vertx;
  private final Context loop;
  private final Thread thread = Thread.currentThread();
  private final Promise<T> made = Promise.promise();
  private final Set<UUID> making = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Same same;
  private volatile @Nullable PendingRequest<T> adopter;
  private volatile int generation;
  private volatile boolean isLeft;
  private volatile boolean hasLooked;

  PendingRequest(SameRequests<T> all, Vertx vertx) {
    this.all = all;
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
  }

  static <T> PendingRequest<T> of(RoutingContext ctx, SameRequests<T> all) {
    PendingRequest<T> request = new PendingRequest<>(all, ctx.vertx());
    ctx.addEndHandler(
        ended -> {
          // A stream of HTTP/2 is closed behind its answer, too: then the answer's write tells.
          if (ended.failed() && !ctx.response().ended()) {
            request.left();
          }
        });
    return request;
  }

  /** Repeats may find it from now on, until {@link #close}. */
  void enter(TenantId tenant, String digest) {
    Same entered = new Same(tenant, digest);
    same = entered;
    all.enter(this, entered);
  }

  /** Its client is gone, or was told that nobody knows. */
  void left() {
    isLeft = true;
  }

  /**
   * @param id of the job or the call that it makes, or is given
   */
  void makes(UUID id) {
    making.add(id);
    PendingRequest<T> by = adopter;
    if (by != null) {
      by.makes(id);
    }
  }

  /** To be called once with what it came to. */
  void made(Future<T> outcome) {
    outcome.onComplete(made::handle);
  }

  /** What it is, if anything, is in the store's books alone from now on. */
  void close() {
    Same entered = same;
    if (entered != null) {
      all.leave(this, entered);
    }
  }

  boolean isAdopted() {
    return adopter != null;
  }

  /** By the registry only, on any thread. */
  void adoptedBy(PendingRequest<T> other) {
    adopter = other;
    other.generation = generation + 1;
    other.making.addAll(making);
  }

  /** By the registry only: how many before it hung up on what it waits for. */
  int generation() {
    return generation;
  }

  /** Any thread. */
  Set<UUID> making() {
    return making;
  }

  @Override
  public boolean isGone() {
    PendingRequest<T> by = adopter;
    return by == null ? isLeft : by.isGone();
  }

  @Override
  public boolean looksAround() {
    return !hasLooked;
  }

  /** Before it looks once more what became of the others. */
  Future<Void> pause() {
    return vertx.timer(PAUSE_MILLIS).mapEmpty();
  }

  /** It has waited for all that it is to wait for. */
  void looked() {
    hasLooked = true;
  }

  @Override
  public Set<UUID> beside() {
    Same entered = same;
    return entered == null ? Set.of() : all.awaited(entered);
  }

  /**
   * What the oldest of those before it made whose clients are gone, if there is one; it may still
   * be on its way, and fail. A client that hung up before it asked again has done so at another
   * socket: of each one that seems to wait, what has arrived there by now is read first, and so is
   * what has arrived at its own, because the repeat may have been read before the first. Fails when
   * nobody waits for this one.
   */
  Future<Optional<Future<T>>> orphan() {
    Same entered = same;
    if (entered == null) {
      return Future.succeededFuture(Optional.empty());
    }
    Map<Thread, Context> loops = new LinkedHashMap<>();
    all.before(this, entered).stream()
        .filter(before -> !before.isGone())
        .forEach(before -> loops.putIfAbsent(before.thread, before.loop));
    if (!loops.isEmpty()) {
      loops.put(thread, loop);
    }
    return read(loops.values())
        .map(
            read -> {
              if (isGone()) {
                throw new Refused(KlingCode.TIMEOUT);
              }
              return all.adopt(this, entered).map(orphan -> here(orphan.made.future()));
            });
  }

  /**
   * When these loops have handled what came to their sockets before: a timer that is set in one
   * turn of a loop goes off in a later one, behind the sockets of that.
   */
  private Future<Void> read(Collection<Context> loops) {
    if (loops.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> read = Promise.promise();
    Future.join(loops.stream().map(this::nextTurn).toList())
        .onComplete(turned -> read.tryComplete());
    long timer = vertx.setTimer(STANDSTILL_MILLIS, passed -> read.tryComplete());
    return read.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private Future<Void> nextTurn(Context other) {
    Promise<Void> turned = Promise.promise();
    other.runOnContext(
        turn -> vertx.setTimer(1, next -> loop.runOnContext(back -> turned.complete())));
    return turned.future();
  }

  private Future<T> here(Future<T> elsewhere) {
    Promise<T> here = Promise.promise();
    elsewhere.onComplete(done -> loop.runOnContext(back -> here.handle(done)));
    return here.future();
  }
}
