package dev.backlot.benchmark;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The clients of one server. Confined to one event loop. */
final class AudienceRun {
  private static final int JOIN_AT_ONCE = 32;
  private static final int CLIENTS_MAX = 20_000;
  private static final long LOOK_MILLIS = 5;
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  private final Vertx vertx;
  private final Listener.Server server;
  private final Sightings sightings = new Sightings();
  private final List<Listener> listeners = new ArrayList<>();
  private double seconds;

  AudienceRun(Vertx vertx, int port, Listener.Way way, String key) {
    WebSocketClient sockets =
        vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(CLIENTS_MAX));
    HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CLIENTS_MAX));
    this.vertx = vertx;
    this.server = new Listener.Server(vertx, sockets, http, port, way, key);
  }

  /** New clients, who have seen what the others have. */
  Future<AudienceReport> join(int clients) {
    int seen = listeners.isEmpty() ? 0 : listeners.get(0).seen();
    List<Listener> joining = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      joining.add(new Listener(server, sightings, seen));
    }
    listeners.addAll(joining);
    long begun = System.nanoTime();
    List<Future<Void>> lines = new ArrayList<>();
    for (int line = 0; line < JOIN_AT_ONCE; line++) {
      lines.add(joinEach(joining, line));
    }
    return unlessFailed(Future.all(lines)).map(all -> reportSince(begun));
  }

  private Future<Void> joinEach(List<Listener> joining, int next) {
    if (next >= joining.size()) {
      return Future.succeededFuture();
    }
    return joining.get(next).connect().compose(live -> joinEach(joining, next + JOIN_AT_ONCE));
  }

  /** Until every client has seen everything up to an event. */
  Future<AudienceReport> await(int last, int first, long[] there) {
    Promise<AudienceReport> done = Promise.promise();
    long begun = System.nanoTime();
    vertx.setPeriodic(
        LOOK_MILLIS,
        timer -> {
          boolean late = System.nanoTime() - begun > PATIENCE_NANOS;
          if (late) {
            sightings.fail("not everybody has seen event " + last);
          }
          if (late || sightings.hasFailed() || haveAllSeen(last)) {
            vertx.cancelTimer(timer);
            done.complete(sightings.report(first, there, seconds));
          }
        });
    return done.future();
  }

  private boolean haveAllSeen(int last) {
    return listeners.stream().allMatch(listener -> listener.seen() >= last);
  }

  /** All clients go at once; each comes back at a random time, with its cursor. */
  Future<AudienceReport> storm(long millis) {
    long begun = System.nanoTime();
    List<Future<Void>> back = new ArrayList<>();
    for (Listener listener : listeners) {
      long pause = ThreadLocalRandom.current().nextLong(1, millis);
      back.add(
          listener
              .drop()
              .transform(gone -> vertx.timer(pause))
              .compose(paused -> listener.connect()));
    }
    return unlessFailed(Future.all(back)).map(all -> reportSince(begun));
  }

  /** A client that saw what must not be may never get there; its report says why. */
  private Future<?> unlessFailed(Future<?> there) {
    return Future.any(there, sightings.failed());
  }

  private AudienceReport reportSince(long begun) {
    seconds = (System.nanoTime() - begun) / 1e9;
    return sightings.report(0, new long[0], seconds);
  }
}
