package dev.backlot.stream;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.config.StreamConfig;
import dev.backlot.http.QuietFailure;
import dev.backlot.port.EventLog;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the node's tail of the log running: wakes on the bus hint and on its own timer. */
public final class StreamVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(StreamVerticle.class);

  private final StreamConfig config;
  private final Bus bus;
  private final Hubs hubs;
  private final LogTail tail;

  /** Event loop of this verticle only. */
  private boolean running;

  private boolean wanted;

  public StreamVerticle(StreamConfig config, Bus bus, EventLog log, Hubs hubs) {
    this.config = config;
    this.bus = bus;
    this.hubs = hubs;
    this.tail = new LogTail(log, config.tailBatch(), hubs::deliver);
  }

  /** Completes when the end of the log is known: from then on no event is missed. */
  @Override
  public Future<?> start() {
    return tail.start()
        .onSuccess(hubs::start)
        .compose(head -> bus.subscribe(Addresses.LOG_ADVANCED, log -> advanced(log.position())))
        .onSuccess(
            subscribed -> vertx.setPeriodic(config.tailInterval().toMillis(), timer -> wake()));
  }

  /** How far this node's screens were told the log. Thread-safe. */
  public long position() {
    return tail.position();
  }

  private void advanced(long position) {
    if (tail.isBehind(position)) {
      wake();
    }
  }

  /** One pass at a time; a wake-up during a pass asks for exactly one more. */
  private void wake() {
    wanted = true;
    if (running) {
      return;
    }
    running = true;
    wanted = false;
    tail.runOnce()
        .onFailure(StreamVerticle::report)
        .onComplete(
            done -> {
              running = false;
              if (wanted && done.succeeded()) {
                wake();
              }
            });
  }

  private static void report(Throwable failure) {
    LOG.atWarn().setCause(QuietFailure.of(failure)).log("the event log could not be read");
  }
}
