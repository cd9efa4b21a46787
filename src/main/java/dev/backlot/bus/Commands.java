package dev.backlot.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Takes commands that come as messages: at most so many are at work at a time, and what comes
 * beyond is answered at once that there is no room. One event loop only.
 */
public final class Commands {
  private final Bus bus;
  private final int most;
  private final Supplier<JsonObject> unreadable;
  private final Supplier<JsonObject> overloaded;
  private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
  private int atWork;

  /**
   * @param most commands without an answer
   * @param unreadable answers what is no JSON object
   * @param overloaded answers what there is no room for
   */
  public Commands(
      Bus bus, int most, Supplier<JsonObject> unreadable, Supplier<JsonObject> overloaded) {
    this.bus = bus;
    this.most = most;
    this.unreadable = unreadable;
    this.overloaded = overloaded;
  }

  /**
   * @param command must not fail
   * @return completes once the registration is known wherever the address reaches
   */
  public Future<Void> take(
      Address<JsonObject> address, Function<JsonObject, Future<JsonObject>> command) {
    return bus.answer(address, message -> bounded(message, command))
        .onSuccess(consumers::add)
        .mapEmpty();
  }

  /** Tells the other nodes that nothing more is taken here. */
  public Future<?> end() {
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
  }

  public boolean isIdle() {
    return atWork == 0;
  }

  private Future<JsonObject> bounded(
      Optional<JsonObject> message, Function<JsonObject, Future<JsonObject>> command) {
    if (message.isEmpty()) {
      return Future.succeededFuture(unreadable.get());
    }
    if (atWork >= most) {
      return Future.succeededFuture(overloaded.get());
    }
    atWork++;
    return command.apply(message.get()).onComplete(answered -> atWork--);
  }
}
