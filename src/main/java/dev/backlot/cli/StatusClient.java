package dev.backlot.cli;

import dev.backlot.config.Secret;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the live-status protocol as any client would. One connection at a time, used by one
 * thread, which may block.
 */
final class StatusClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int CREDENTIAL_REFUSED = 4401;
  private static final int CREDENTIAL_ENDED = 4410;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final URI server;
  private final Secret key;

  /** Silence for three heartbeats means that nobody is there any more. */
  private Duration patience = CONNECT;

  private @Nullable String cursor;
  private @Nullable WebSocket socket;
  private Inbox inbox = new Inbox();

  /**
   * @param server its base, for example {@code http://localhost:8080}
   */
  StatusClient(URI server, Secret key) {
    this.server = server;
    this.key = key;
  }

  /** The newest job; empty when there is none. */
  Optional<JobId> newest() {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve("/api/v1/jobs?limit=1"))
            .header("Authorization", "Bearer " + key.value())
            .timeout(CONNECT)
            .build();
    try {
      var response = http.send(request, BodyHandlers.ofString());
      JsonObject body = new JsonObject(response.body());
      if (response.statusCode() != 200) {
        throw new BacklotException(
            ErrorCode.UNAUTHENTICATED, body.getString("detail", "HTTP " + response.statusCode()));
      }
      return body.getJsonArray("items").stream()
          .map(JsonObject.class::cast)
          .findFirst()
          .flatMap(job -> JobId.parse(job.getString("id")));
    } catch (IOException unreachable) {
      throw new BacklotException(
          ErrorCode.STORE_UNAVAILABLE, "Nobody answers at " + server + ".", unreachable);
    } catch (InterruptedException stopped) {
      throw stopped();
    }
  }

  /**
   * Connects and subscribes; after a break from where it was. The next messages come from {@link
   * #next}.
   *
   * @return false when the server cannot be reached now
   */
  boolean connect(Collection<JobId> jobs) {
    close();
    inbox = new Inbox();
    patience = CONNECT;
    try {
      WebSocket opened =
          http.newWebSocketBuilder().connectTimeout(CONNECT).buildAsync(address(), inbox).join();
      socket = opened;
      send(opened, new JsonObject().put("type", "auth").put("token", key.value()));
      JsonObject subscribe =
          new JsonObject()
              .put("type", "subscribe")
              .put("id", "watch")
              .put("jobs", new JsonArray(jobs.stream().map(JobId::toString).toList()));
      if (cursor != null) {
        subscribe.put("cursor", cursor);
      }
      inbox.afterReady = subscribe;
      return true;
    } catch (CompletionException unreachable) {
      return false;
    }
  }

  /**
   * The next message within this time; empty when there was none.
   *
   * @throws Gone when the connection is lost: connect again
   * @throws BacklotException when connecting again cannot help
   */
  Optional<JsonObject> next(Duration wait) throws Gone {
    try {
      JsonObject message = inbox.messages.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
      if (message != null) {
        inbox.quietSince = System.nanoTime();
        askForMore();
        return Optional.of(handle(message));
      }
    } catch (InterruptedException stopped) {
      throw stopped();
    }
    Integer code = inbox.closed;
    if (code != null && (code == CREDENTIAL_REFUSED || code == CREDENTIAL_ENDED)) {
      throw new BacklotException(
          ErrorCode.UNAUTHENTICATED, "The key is not valid, or may not read.");
    }
    if (code != null || System.nanoTime() - inbox.quietSince > patience.toNanos()) {
      throw new Gone();
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    WebSocket open = socket;
    socket = null;
    if (open != null) {
      open.abort();
    }
  }

  /** One message at a time: a slow terminal makes the server wait, not this process grow. */
  private void askForMore() {
    WebSocket open = socket;
    if (open != null) {
      open.request(1);
    }
  }

  private JsonObject handle(JsonObject message) {
    if (message.getString("cursor") != null) {
      cursor = message.getString("cursor");
    }
    WebSocket open = socket;
    JsonObject subscribe = inbox.afterReady;
    if (message.getString("type").equals("ready") && open != null && subscribe != null) {
      patience = Duration.ofMillis(3 * message.getLong("heartbeat_ms"));
      send(open, subscribe);
    }
    return message;
  }

  private URI address() {
    String scheme = "https".equals(server.getScheme()) ? "wss" : "ws";
    return URI.create(scheme + "://" + server.getAuthority() + "/api/v1/stream");
  }

  private static void send(WebSocket socket, JsonObject message) {
    socket.sendText(message.encode(), true).join();
  }

  private static BacklotException stopped() {
    Thread.currentThread().interrupt();
    return new BacklotException(ErrorCode.INTERNAL, "Stopped.");
  }

  /** The connection was lost. */
  static final class Gone extends Exception {
    private static final long serialVersionUID = 1L;

    private Gone() {
      super("the connection was lost", null, false, false);
    }
  }

  /**
   * What has arrived; filled by the HTTP client's threads. It asks for a message when one is put.
   */
  private static final class Inbox implements WebSocket.Listener {
    private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();
    private volatile long quietSince = System.nanoTime();
    private volatile @Nullable Integer closed;
    private @Nullable JsonObject afterReady;

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        messages.add(new JsonObject(parts.toString()));
        parts.setLength(0);
      } else {
        socket.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed = code;
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      closed = 1006;
    }
  }
}
