package dev.backlot.stream;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.LogHead;
import dev.backlot.bus.Bus;
import dev.backlot.config.StreamConfig;
import dev.backlot.http.QuietFailure;
import dev.backlot.port.EventLog;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's tail of the log running: wakes on hints and on its own timer. What this node's
 * own transactions have appended it tells the other nodes by its position, so that those who have
 * read that far already ask nothing.
 */
public final class StreamVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(StreamVerticle.class);

  private final StreamConfig config;
  private final Bus bus;
  private final Hubs hubs;
  private final LogTail tail;

  /** Event loop of this verticle only. */
  private boolean running;

  private boolean wanted;

  /** Whether this node has appended something since the last pass began, and in that pass. */
  private boolean grown;

  private boolean grownInPass;

  public StreamVerticle(StreamConfig config, Bus bus, EventLog log, Hubs hubs) {
    this.config = config;
    this.bus = bus;
    this.hubs = hubs;
    this.tail = new LogTail(log, config.tailBatch(), this::deliver);
  }

  /** Completes when the end of the log is known: from then on no event is missed. */
  @Override
  public Future<?> start() {
    return tail.start()
        .onSuccess(hubs::start)
        .compose(head -> bus.subscribe(Addresses.LOG_ADVANCED, log -> grown(log.position())))
        .compose(local -> bus.subscribe(Addresses.LOG_HEAD, log -> advanced(log.position())))
        .onSuccess(
            subscribed -> vertx.setPeriodic(config.tailInterval().toMillis(), timer -> wake()));
  }

  /** How far this node's screens were told the log. Thread-safe. */
  public long position() {
    return tail.position();
  }

  private void grown(long position) {
    if (tail.isBehind(position)) {
      grown = true;
      wake();
    }
  }

  /** Before our own screens, which are nearer. */
  private Future<Void> deliver(LogTail.Batch batch) {
    if (grown || grownInPass) {
      bus.publish(Addresses.LOG_HEAD, new LogHead(batch.upTo()));
    }
    return hubs.deliver(batch);
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
    grownInPass = grown;
    grown = false;
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
