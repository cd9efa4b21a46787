package dev.backlot.intake;

import dev.backlot.bus.Address;
import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Drain;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes the commands that come as messages, on one event loop. Deploy it once: each address is
 * registered once for the node. At most so many are at work at a time; what comes beyond is
 * answered at once that there is no room.
 */
public final class CommandVerticle extends VerticleBase {
  private final Bus bus;
  private final BusCommands commands;
  private final int commandsMax;
  private final List<MessageConsumer<Object>> consumers = new ArrayList<>();

  /** This event loop only. */
  private int atWork;

  /**
   * @param commandsMax most commands without an answer
   */
  public CommandVerticle(Bus bus, BusCommands commands, int commandsMax) {
    this.bus = bus;
    this.commands = commands;
    this.commandsMax = commandsMax;
  }

  @Override
  public Future<?> start() {
    return take(Addresses.SUBMIT_JOB, commands::submit)
        .compose(next -> take(Addresses.GET_JOB, commands::get))
        .compose(next -> take(Addresses.CANCEL_JOB, commands::cancel))
        .compose(next -> take(Addresses.QUOTE_JOB, commands::quote));
  }

  /** The other nodes are told first, so that they send nothing more here. */
  @Override
  public Future<?> stop() {
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .transform(told -> Drain.until(vertx, () -> atWork == 0));
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
      return Future.succeededFuture(commands.unreadable());
    }
    if (atWork >= commandsMax) {
      return Future.succeededFuture(commands.overloaded());
    }
    atWork++;
    return command.apply(message.get()).onComplete(answered -> atWork--);
  }
}
