package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Address;
import dev.backlot.bus.Addresses;
import dev.backlot.bus.BusSchemas;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Another application on the event bus, as a test plays it. */
final class BusApplication {
  private static final int SECONDS = 20;

  private final Vertx vertx;
  private final BusSchemas schemas;
  private final List<JsonObject> deliveries = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Message<JsonObject>> unanswered = new LinkedBlockingQueue<>();
  private volatile boolean answers = true;

  BusApplication(Vertx vertx) {
    this.vertx = vertx;
    this.schemas = BusSchemas.load(vertx);
  }

  /** What is answered, and what is asked when that was good, is as the schemas say. */
  JsonObject ask(Address<JsonObject> address, JsonObject command) {
    try {
      JsonObject reply =
          vertx
              .eventBus()
              .<JsonObject>request(address.name(), command)
              .await(SECONDS, TimeUnit.SECONDS)
              .body();
      schemas.checkReply(address, reply);
      if (reply.getBoolean("ok")) {
        schemas.checkRequest(address, command);
      }
      return reply;
    } catch (TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }

  /**
   * @return the body of the answer, which must be good
   */
  JsonObject subscribe(JsonObject command) {
    JsonObject reply = ask(Addresses.SUBSCRIBE, command);
    assertThat(reply.getBoolean("ok")).as(reply.encode()).isTrue();
    return reply.getJsonObject("body");
  }

  /** Listens where the answer says. */
  JsonObject follow(JsonObject command) throws Exception {
    JsonObject subscription = subscribe(command);
    listen(subscription);
    return subscription;
  }

  MessageConsumer<JsonObject> listen(JsonObject subscription) throws Exception {
    MessageConsumer<JsonObject> consumer =
        vertx.eventBus().consumer(subscription.getString("address"), this::take);
    consumer.completion().await(SECONDS, TimeUnit.SECONDS);
    return consumer;
  }

  /** Everything that was sent is as the schemas say. */
  void checkDeliveries() {
    assertThat(deliveries).allSatisfy(each -> schemas.check("stream-events-v1", "delivery", each));
  }

  private void take(Message<JsonObject> delivery) {
    deliveries.add(delivery.body());
    // Before a test sees what was delivered: what it does next counts for later deliveries.
    if (answers) {
      delivery.reply(null);
    } else {
      unanswered.add(delivery);
    }
    JsonArray all = delivery.body().getJsonArray("messages");
    for (int i = 0; i < all.size(); i++) {
      messages.add(all.getJsonObject(i));
    }
  }

  /** From now on each delivery waits for {@link #answer}. */
  void holdAnswers() {
    answers = false;
  }

  Message<JsonObject> unanswered() throws Exception {
    Message<JsonObject> held = unanswered.poll(SECONDS, TimeUnit.SECONDS);
    if (held == null) {
      throw new AssertionError("nothing was delivered");
    }
    return held;
  }

  int held() {
    return unanswered.size();
  }

  /** Answers what is held, and everything that comes. */
  void answer() {
    answers = true;
    Stream.generate(unanswered::poll).takeWhile(held -> held != null).forEach(m -> m.reply(null));
  }

  JsonObject next() {
    try {
      JsonObject message = messages.poll(SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message");
      }
      return message;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  JsonObject next(String type) {
    JsonObject message = next();
    assertThat(message.getString("type")).as(message.encode()).isEqualTo(type);
    return message;
  }

  List<JsonObject> next(int count) {
    return Stream.generate(this::next).limit(count).toList();
  }

  /** The first message of this type, whatever comes before it. */
  JsonObject await(String type) {
    JsonObject message = next();
    while (!message.getString("type").equals(type)) {
      message = next();
    }
    return message;
  }

  List<JsonObject> rest() {
    return List.copyOf(messages);
  }
}
