package dev.backlot.system;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client of a real process that follows all jobs of its tenant. */
final class Follower implements WebSocket.Listener, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<JsonObject> messages = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder parts = new StringBuilder();
  private final WebSocket socket;

  /**
   * @param key an API key, of the tenant that is followed
   */
  static Follower of(BacklotProcess node, String key) throws Exception {
    String token =
        node.client(key)
            .post("/api/v1/stream/tokens", "{\"tenant\":true}")
            .json()
            .getString("token");
    Follower follower = new Follower(node.api().replace("http:", "ws:") + "/api/v1/stream");
    follower.say(new JsonObject().put("type", "auth").put("token", token));
    follower.await("type", "ready");
    follower.say(new JsonObject().put("type", "subscribe").put("id", "all").put("tenant", true));
    follower.await("type", "live");
    return follower;
  }

  private Follower(String address) throws Exception {
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address), this)
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    parts.append(part);
    if (last) {
      messages.add(new JsonObject(parts.toString()));
      parts.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable failure) {
    closed.completeExceptionally(failure);
  }

  JsonObject awaitEvent(String event) {
    return await("event", event);
  }

  /** The latest message. */
  JsonObject last() {
    return messages.get(messages.size() - 1);
  }

  /** Why the server has closed it. Fails when it has not, or just broke the connection. */
  int closeCode() throws Exception {
    return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    socket.abort();
  }

  /** The first message that has this, once it has come. */
  private JsonObject await(String member, String value) {
    Predicate<JsonObject> wanted = message -> value.equals(message.getString(member));
    Eventually.until(value, PATIENCE, () -> messages.stream().anyMatch(wanted));
    return messages.stream().filter(wanted).findFirst().orElseThrow();
  }

  private void say(JsonObject message) {
    socket.sendText(message.encode(), true).join();
  }
}
