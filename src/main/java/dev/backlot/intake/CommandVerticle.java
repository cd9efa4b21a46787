package dev.backlot.intake;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Commands;
import dev.backlot.bus.Drain;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Takes the commands that come as messages, on one event loop. Deploy it once: each address is
 * registered once for the node. At most so many are at work at a time; what comes beyond is
 * answered at once that there is no room.
 */
public final class CommandVerticle extends VerticleBase {
  private final BusCommands commands;
  private final Commands taken;

  /**
   * @param commandsMax most commands without an answer
   */
  public CommandVerticle(Bus bus, BusCommands commands, int commandsMax) {
    this.commands = commands;
    this.taken = new Commands(bus, commandsMax, commands::unreadable, commands::overloaded);
  }

  @Override
  public Future<?> start() {
    return taken
        .take(Addresses.SUBMIT_JOB, commands::submit)
        .compose(next -> taken.take(Addresses.GET_JOB, commands::get))
        .compose(next -> taken.take(Addresses.CANCEL_JOB, commands::cancel))
        .compose(next -> taken.take(Addresses.QUOTE_JOB, commands::quote));
  }

  /** The other nodes are told first, so that they send nothing more here. */
  @Override
  public Future<?> stop() {
    return taken.end().transform(told -> Drain.until(vertx, taken::isIdle));
  }
}
