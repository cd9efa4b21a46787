package dev.backlot.stream.application;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Commands;
import dev.backlot.bus.Drain;
import dev.backlot.config.BusConfig;
import dev.backlot.http.MessageReplies;
import dev.backlot.port.Alerts;
import dev.backlot.port.CreditLedger;
import dev.backlot.stream.StreamLoop;
import dev.backlot.stream.StreamVerticle;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Serves applications that listen on the event bus, on one event loop with a hub of its own. Deploy
 * it once, after the {@link StreamVerticle}: each address is registered once for the node.
 */
public final class BusStreamVerticle extends VerticleBase {
  /** How late a change of credit that is no event may be told. */
  public static final Duration CREDIT_REFRESH = CreditNews.REFRESH;

  private static final long TICK_MILLIS = 100;

  private final StreamLoop loop;
  private final Bus bus;
  private final News news;
  private final BusStreams streams;
  private final Commands taken;

  /**
   * @param loop of this verticle alone
   * @param random nobody can foretell what it says
   */
  public BusStreamVerticle(
      StreamLoop loop,
      BusConfig limits,
      CreditLedger ledger,
      Alerts alerts,
      Bus bus,
      MessageReplies replies,
      RandomGenerator random) {
    this.loop = loop;
    this.bus = bus;
    this.news = new News(loop.keys(), ledger, alerts);
    this.streams = new BusStreams(loop, limits, bus, replies, news, random);
    this.taken = new Commands(bus, limits.commandsMax(), streams::unreadable, streams::overloaded);
  }

  @Override
  public Future<?> start() {
    loop.start();
    loop.alsoTell(news::happened);
    vertx.setPeriodic(TICK_MILLIS, timer -> news.tick(loop.now()));
    return taken
        .take(Addresses.SUBSCRIBE, streams::subscribe)
        .compose(next -> taken.take(Addresses.UNSUBSCRIBE, streams::unsubscribe))
        .compose(next -> bus.subscribe(Addresses.SUBSCRIPTION_ENDED, streams::ended));
  }

  /** Whoever listens is told, and goes on with another node. */
  @Override
  public Future<?> stop() {
    return taken
        .end()
        .transform(
            told -> {
              streams.shutdown();
              return Drain.until(vertx, () -> taken.isIdle() && streams.size() == 0);
            });
  }
}
