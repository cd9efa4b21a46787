package dev.backlot.bus;

import dev.backlot.bus.Address.Reach;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Typed publish and subscribe. Delivery is a hint: at most once, never a job or a credit lost. */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

  private final EventBus eventBus;

  private Bus(EventBus eventBus) {
    this.eventBus = eventBus;
  }

  /** Registers the codec of every address. Once per Vert.x instance. */
  public static Bus install(Vertx vertx) {
    EventBus eventBus = vertx.eventBus();
    // Nothing is ever made out of serialized Java objects, whoever sends them.
    eventBus.serializableChecker(type -> false).clusterSerializableChecker(type -> false);
    Addresses.ALL.forEach(address -> register(eventBus, address.type()));
    return new Bus(eventBus);
  }

  private static <T> void register(EventBus eventBus, Class<T> type) {
    eventBus.registerDefaultCodec(type, new RecordCodec<>(type));
  }

  /** Tells every consumer within the address's reach. Never fails. */
  public <T> void publish(Address<T> address, T message) {
    eventBus.publish(
        address.name(),
        message,
        new DeliveryOptions().setLocalOnly(address.reach() == Reach.LOCAL));
  }

  /**
   * Calls the handler on the caller's context for each message. What it throws is logged.
   *
   * @return completes once the registration is known wherever the address reaches
   */
  public <T> Future<MessageConsumer<T>> subscribe(Address<T> address, Consumer<T> handler) {
    MessageConsumer<T> consumer =
        address.reach() == Reach.LOCAL
            ? eventBus.localConsumer(address.name())
            : eventBus.consumer(address.name());
    consumer.handler(
        message -> {
          try {
            handler.accept(message.body());
          } catch (RuntimeException failure) {
            LOG.atError()
                .setCause(failure)
                .addKeyValue("address", address.name())
                .log("bus message was not handled");
          }
        });
    return consumer.completion().map(registered -> consumer);
  }
}
