package dev.backlot.bus;

import dev.backlot.bus.Address.Reach;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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

  /**
   * Answers each request on the caller's context. Who asked and has gone, or wants no answer, gets
   * none.
   *
   * @param handler given nothing when the message is not a JSON object; must not fail
   * @return completes once the registration is known wherever the address reaches
   */
  public Future<MessageConsumer<Object>> answer(
      Address<JsonObject> address, Function<Optional<JsonObject>, Future<JsonObject>> handler) {
    MessageConsumer<Object> consumer = eventBus.consumer(address.name());
    consumer.handler(
        message ->
            answered(handler, message)
                .onSuccess(message::reply)
                .onFailure(failure -> fail(address, message, failure)));
    return consumer.completion().map(registered -> consumer);
  }

  /**
   * Asks whoever answers on this node, and nobody else: what the command carries does not leave it.
   *
   * @return fails with a {@code ReplyException} when nobody answers in time
   */
  public Future<JsonObject> ask(Address<JsonObject> address, JsonObject command, Duration timeout) {
    DeliveryOptions here =
        new DeliveryOptions().setLocalOnly(true).setSendTimeout(timeout.toMillis());
    return eventBus.<JsonObject>request(address.name(), command, here).map(Message::body);
  }

  /**
   * Sends to an application that listens at an address of its own, wherever in the cluster.
   *
   * @return completes when it has answered, whatever that is. Fails with a {@code ReplyException}:
   *     {@code NO_HANDLERS} when nobody listens there, and surely nobody has got the message
   */
  public Future<Void> tell(String address, JsonObject message, Duration timeout) {
    DeliveryOptions within = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    return eventBus.request(address, message, within).mapEmpty();
  }

  private static Future<JsonObject> answered(
      Function<Optional<JsonObject>, Future<JsonObject>> handler, Message<Object> message) {
    try {
      return handler.apply(json(message));
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  /** What came from another process is only decoded here, and may be anything. */
  private static Optional<JsonObject> json(Message<Object> message) {
    try {
      return message.body() instanceof JsonObject body ? Optional.of(body) : Optional.empty();
    } catch (RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  private static void fail(
      Address<JsonObject> address, Message<Object> message, Throwable failure) {
    LOG.atError()
        .setCause(failure)
        .addKeyValue("address", address.name())
        .log("a bus command was not answered");
    message.fail(ErrorCode.INTERNAL.number(), ErrorCode.INTERNAL.title());
  }
}
