package dev.backlot.drill;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Follows the whole tenant over a WebSocket, from before the first job. It comes back with its last
 * cursor, to any node, when the socket ends, when it hears nothing, and now and then for no reason.
 */
final class Follower implements Runnable {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration SILENCE = Duration.ofSeconds(4);
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** It leaves by itself after one to so many seconds. */
  private static final int LEAVES_SECONDS = 15;

  /** What a node may say that is itself in trouble: come back, to another one. */
  private static final Set<String> PASSING = Set.of("store-unavailable", "overloaded");

  private static final JsonObject LOST = new JsonObject().put("type", "lost");

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final List<URI> nodes;
  private final String key;
  private final Random random;
  private final List<Seen> seen = new ArrayList<>();
  private @Nullable String cursor;
  private int connections;
  private @Nullable String trouble;
  private volatile boolean stopped;

  /**
   * @param event job, version and type
   * @param connection the how manieth it came over
   * @param node its place
   */
  record Seen(String event, int connection, int node) {}

  Follower(List<URI> nodes, String key, long seed) {
    this.nodes = nodes;
    this.key = key;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        follow(random.nextInt(nodes.size()));
      } catch (CompletionException refused) {
        LockSupport.parkNanos(PAUSE.toNanos());
      } catch (InterruptedException over) {
        return;
      }
    }
  }

  void stop() {
    stopped = true;
  }

  /** In the order in which they came. */
  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  synchronized int connections() {
    return connections;
  }

  /** Whether it has subscribed. */
  synchronized boolean isFollowing() {
    return cursor != null;
  }

  /** What no client should have been told; null for nothing. */
  synchronized @Nullable String trouble() {
    return trouble;
  }

  private void follow(int node) throws InterruptedException {
    Inbox inbox = new Inbox();
    URI address = URI.create("ws://" + nodes.get(node).getAuthority() + "/api/v1/stream");
    WebSocket socket =
        http.newWebSocketBuilder().connectTimeout(CONNECT).buildAsync(address, inbox).join();
    say(socket, new JsonObject().put("type", "auth").put("token", key));
    long leaves =
        System.nanoTime() + Duration.ofSeconds(1 + random.nextInt(LEAVES_SECONDS)).toNanos();
    try {
      while (!stopped && System.nanoTime() < leaves) {
        JsonObject message = inbox.messages.poll(SILENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (message == null || message.getString("type").equals("lost")) {
          break;
        }
        take(socket, message, node);
      }
    } finally {
      socket.abort();
    }
    LockSupport.parkNanos(random.nextLong(PAUSE.toNanos()));
  }

  private synchronized void take(WebSocket socket, JsonObject message, int node) {
    switch (message.getString("type")) {
      case "ready" -> {
        connections++;
        JsonObject subscribe =
            new JsonObject().put("type", "subscribe").put("id", "drill").put("tenant", true);
        say(socket, cursor == null ? subscribe : subscribe.put("cursor", cursor));
      }
      case "event" ->
          seen.add(
              new Seen(
                  message.getString("job_id")
                      + " "
                      + message.getInteger("version")
                      + " "
                      + message.getString("event"),
                  connections,
                  node));
      case "error", "cursor_expired" -> {
        if (!PASSING.contains(message.getString("code", ""))) {
          trouble = message.encode();
        }
      }
      default -> {
        // Snapshots, heartbeats and the like only move the cursor.
      }
    }
    // None where nothing is followed, as after a refusal: the old one is still good.
    String there = message.getString("cursor");
    cursor = there == null ? cursor : there;
  }

  private static void say(WebSocket socket, JsonObject message) {
    socket.sendText(message.encode(), true).join();
  }

  private static final class Inbox implements WebSocket.Listener {
    private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        messages.add(new JsonObject(parts.toString()));
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      messages.add(LOST);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      messages.add(LOST);
    }
  }
}
