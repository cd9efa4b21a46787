package dev.backlot.stream;

import dev.backlot.config.StreamConfig;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.EventLog;
import dev.backlot.port.Keys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What all who follow the log on one event loop have in common, whatever carries their connections:
 * the hub, and the timers. One instance per event loop, and only on it once it is started.
 */
public final class StreamLoop {
  private static final long TICK_MILLIS = 100;

  private final StreamConfig config;
  private final EventLog log;
  private final Keys keys;
  private final Hubs hubs;
  private final InstantSource clock;
  private final Subscriptions hub;
  private final Sessions sessions;
  private boolean started;
  private boolean joined;

  public StreamLoop(StreamConfig config, EventLog log, Keys keys, Hubs hubs, InstantSource clock) {
    this.config = config;
    this.log = log;
    this.keys = keys;
    this.hubs = hubs;
    this.clock = clock;
    this.hub = new Subscriptions(config.recentEvents(), StreamLoop::onNextTurn);
    this.sessions = new Sessions(keys, config.unconfirmedMax());
  }

  /** To be called on the event loop that will carry the connections; again is the same as once. */
  public void start() {
    if (started) {
      return;
    }
    started = true;
    Vertx vertx = Vertx.currentContext().owner();
    vertx.setPeriodic(TICK_MILLIS, timer -> sessions.tick(clock.instant()));
    vertx.setPeriodic(config.recheck().toMillis(), timer -> sessions.recheck(clock.instant()));
  }

  private static void onNextTurn(Runnable work) {
    Vertx.currentContext().runOnContext(turn -> work.run());
  }

  public StreamConfig config() {
    return config;
  }

  EventLog log() {
    return log;
  }

  public Keys keys() {
    return keys;
  }

  InstantSource clock() {
    return clock;
  }

  /**
   * Whoever shows this credential, as {@link Access#of}. Few are looked up at once, in their order:
   * a crowd that comes back leaves the pool of the database to others, too.
   */
  public Future<Optional<Access>> access(String credential) {
    return hub.reads().run(() -> Access.of(keys, credential, now()));
  }

  /** Whose credential this is, whatever it allows; looked up as {@link #access} is. */
  public Future<Optional<TenantId>> tenant(String credential) {
    return hub.reads().run(() -> Access.tenantOf(keys, credential, now()));
  }

  Subscriptions hub() {
    return hub;
  }

  /**
   * Counts a connection, until its place is left. Empty when the node has its fill, or does not
   * know its log yet.
   */
  public Optional<Place> enter() {
    return isJoined() && hubs.places().enter(config.socketsMax())
        ? Optional.of(new Place(hubs.places(), config))
        : Optional.empty();
  }

  public void add(Connected follower) {
    sessions.add(follower);
  }

  public void remove(Connected follower) {
    sessions.remove(follower);
  }

  public Instant now() {
    return clock.instant();
  }

  /**
   * @param cover what may be followed, at each moment
   */
  public Feed feed(TenantId tenant, Cover cover, Outbox outbox) {
    return new Feed(log, hub, tenant, cover, outbox, config.snapshotJobsMax());
  }

  /** Tells somebody else, too, of every event. */
  public void alsoTell(Consumer<Frame> listener) {
    hub.alsoTell(listener);
  }

  /** The node stops: whoever is connected here is told where to come back to, and closed. */
  public void shutdown() {
    sessions.shutdown();
  }

  /** Whoever is connected here now. */
  Sessions sessions() {
    return sessions;
  }

  private boolean isJoined() {
    if (!joined) {
      OptionalLong start = hubs.join(hub);
      start.ifPresent(hub::start);
      joined = start.isPresent();
    }
    return joined;
  }
}
