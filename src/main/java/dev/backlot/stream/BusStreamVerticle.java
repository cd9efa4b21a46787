package dev.backlot.stream;

import dev.backlot.bus.Address;
import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Drain;
import dev.backlot.config.BusConfig;
import dev.backlot.http.MessageReplies;
import dev.backlot.port.Alerts;
import dev.backlot.port.CreditLedger;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Serves applications that listen on the event bus, on one event loop with a hub of its own. Deploy
 * it once, after the {@link StreamVerticle}: each address is registered once for the node.
 */
public final class BusStreamVerticle extends VerticleBase {
  private static final long TICK_MILLIS = 100;

  private final StreamLoop loop;
  private final Bus bus;
  private final int commandsMax;
  private final News news;
  private final BusStreams streams;
  private final List<MessageConsumer<Object>> consumers = new ArrayList<>();

  /** This event loop only. */
  private int atWork;

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
    this.commandsMax = limits.commandsMax();
    this.news = new News(loop.keys(), ledger, alerts);
    this.streams = new BusStreams(loop, limits, bus, replies, news, random);
  }

  @Override
  public Future<?> start() {
    loop.start();
    loop.hub().alsoTell(news::happened);
    vertx.setPeriodic(TICK_MILLIS, timer -> news.tick(loop.now()));
    return take(Addresses.SUBSCRIBE, streams::subscribe)
        .compose(next -> take(Addresses.UNSUBSCRIBE, streams::unsubscribe))
        .compose(next -> bus.subscribe(Addresses.SUBSCRIPTION_ENDED, streams::ended));
  }

  /** Whoever listens is told, and goes on with another node. */
  @Override
  public Future<?> stop() {
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .transform(
            told -> {
              streams.shutdown();
              return Drain.until(vertx, () -> atWork == 0 && streams.size() == 0);
            });
  }

  private Future<Void> take(
      Address<JsonObject> address, Function<JsonObject, Future<JsonObject>> command) {
    return bus.answer(address, message -> bounded(message, command))
        .onSuccess(consumers::add)
        .mapEmpty();
  }

  private Future<JsonObject> bounded(
      Optional<JsonObject> message, Function<JsonObject, Future<JsonObject>> command) {
    if (message.isEmpty()) {
      return Future.succeededFuture(streams.unreadable());
    }
    if (atWork >= commandsMax) {
      return Future.succeededFuture(streams.overloaded());
    }
    atWork++;
    return command.apply(message.get()).onComplete(answered -> atWork--);
  }
}
