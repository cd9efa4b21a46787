package dev.backlot.stream.bridge;

import dev.backlot.bus.Address;
import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Takes the commands of bridge clients to whoever carries them out on this node, and nothing to
 * anybody else: another application of the cluster that listened to such an address would be given
 * the credentials of browsers. One instance per event loop.
 */
final class BridgeCommands {
  /** By name: everything that a client may send to. */
  private static final Map<String, Address<JsonObject>> KNOWN =
      Addresses.COMMANDS.stream().collect(Collectors.toMap(Address::name, Function.identity()));

  /** Without an answer, of all clients of this loop: each is as long as a message may be. */
  static final int AT_ONCE_MAX = 1_000;

  private final Bus bus;
  private final Duration timeout;
  private int underWay;

  /**
   * @param timeout longest wait for an answer
   */
  BridgeCommands(Bus bus, Duration timeout) {
    this.bus = bus;
    this.timeout = timeout;
  }

  static boolean isCommand(String address) {
    return KNOWN.containsKey(address);
  }

  /**
   * @return the answer, good or bad; fails when there is none: see {@link #refusal}
   */
  Future<JsonObject> ask(String address, JsonObject command) {
    Address<JsonObject> known =
        Optional.ofNullable(KNOWN.get(address))
            .orElseThrow(() -> new IllegalArgumentException("no command: " + address));
    if (underWay == AT_ONCE_MAX) {
      return Future.failedFuture(new Overloaded());
    }
    underWay++;
    return bus.ask(known, command, timeout).onComplete(answered -> underWay--);
  }

  /**
   * Why there was no answer. What failed on our side is in our log, and no business of a client.
   */
  static BridgeRefusal refusal(Throwable failure) {
    if (failure instanceof Overloaded) {
      return BridgeRefusal.OVERLOADED;
    }
    if (!(failure instanceof ReplyException unanswered)) {
      return BridgeRefusal.INTERNAL;
    }
    return switch (unanswered.failureType()) {
      case NO_HANDLERS -> BridgeRefusal.NO_HANDLERS;
      case TIMEOUT -> BridgeRefusal.TIMEOUT;
      case RECIPIENT_FAILURE, ERROR -> BridgeRefusal.INTERNAL;
    };
  }

  private static final class Overloaded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Overloaded() {
      super("too many commands at once", null, false, false);
    }
  }
}
