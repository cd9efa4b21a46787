package dev.backlot.example;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

// begin
/** Submits jobs and follows them all, with nothing but Vert.x. */
public final class Renders extends VerticleBase {
  /** A node that has died is asked until the others have noticed. */
  private static final DeliveryOptions SOON = new DeliveryOptions().setSendTimeout(5_000);

  private final String key;
  private final Consumer<JsonObject> shown;
  private @Nullable MessageConsumer<JsonObject> consumer;

  /** Keep it where you keep what you have done with the events. */
  private @Nullable String cursor;

  private long heardAt;
  private boolean over;

  /**
   * @param shown given each snapshot and each event, once and in order
   */
  public Renders(String key, Consumer<JsonObject> shown) {
    this.key = key;
    this.shown = shown;
  }

  @Override
  public Future<?> start() {
    return follow();
  }

  /** Whatever happens on the way: with the same name it is the same job. */
  public Future<JsonObject> submit(String name, JsonObject job) {
    return ask(
        "backlot.jobs.submit.v1", new JsonObject().put("idempotency_key", name).put("body", job));
  }

  private Future<Void> follow() {
    JsonObject all = new JsonObject().put("tenant", true).put("cursor", cursor);
    return ask("backlot.stream.subscribe.v1", all).compose(this::listen);
  }

  private Future<Void> listen(JsonObject subscription) {
    long patience = 3 * subscription.getLong("heartbeat_ms");
    MessageConsumer<JsonObject> listening =
        vertx.eventBus().consumer(subscription.getString("address"), this::take);
    consumer = listening;
    heardAt = System.nanoTime();
    over = false;
    vertx.setPeriodic(patience / 6, timer -> watch(timer, listening, patience));
    return listening.completion();
  }

  private void take(Message<JsonObject> delivery) {
    heardAt = System.nanoTime();
    JsonArray messages = delivery.body().getJsonArray("messages");
    for (int i = 0; i < messages.size(); i++) {
      JsonObject message = messages.getJsonObject(i);
      switch (message.getString("type")) {
        case "snapshot", "event" -> shown.accept(message);
        case "resync", "error" -> over = true;
        default -> {} // Nothing has happened to a job.
      }
      cursor = message.getString("cursor", cursor);
    }
    delivery.reply(null); // Asks for the next one.
  }

  /** The node has died, or stops: another one goes on after the cursor. */
  private void watch(long timer, MessageConsumer<JsonObject> listening, long patience) {
    boolean silent = System.nanoTime() - heardAt > patience * 1_000_000;
    if (listening != consumer) {
      vertx.cancelTimer(timer);
    } else if (silent || over) {
      listening.unregister();
      heardAt = System.nanoTime(); // If this fails, the next try is after another such silence.
      over = false;
      follow();
    }
  }

  private Future<JsonObject> ask(String address, JsonObject command) {
    return vertx
        .eventBus()
        .<JsonObject>request(address, command.put("token", key), SOON)
        .map(Message::body)
        .compose(
            reply ->
                reply.getBoolean("ok")
                    ? Future.succeededFuture(reply.getJsonObject("body"))
                    : Future.failedFuture(reply.getJsonObject("problem").getString("detail")));
  }
}
// end
