package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.http.EventJson;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to everybody who watches it. Thread-safe: the tail makes it, every event
 * loop shares it.
 */
public final class Frame {
  /**
   * Text and bytes of a socket, JSON, an event stream, SockJS, a plain bridge, TCP, and the data.
   */
  private static final int ENCODINGS = 8;

  /** Of a message around its data, and of the objects. */
  private static final int OVERHEAD = 320;

  private final Event event;
  private final Once<String> text = new Once<>(this::encode);
  private final Once<byte[]> bytes = new Once<>(() -> text().getBytes(StandardCharsets.UTF_8));
  private final Once<JsonObject> json = new Once<>(() -> new JsonObject(text()));
  private final Once<Buffer> sentEvent = new Once<>(this::encodeSentEvent);
  private final Map<Encoding<?>, Object> others = new ConcurrentHashMap<>();

  Frame(Event event) {
    this.event = event;
  }

  long position() {
    return event.position();
  }

  public TenantId tenant() {
    return event.tenant();
  }

  JobId job() {
    return event.job();
  }

  @Nullable BatchId batch() {
    return event.batch();
  }

  public String type() {
    return event.type();
  }

  /** Most bytes of it in memory, when somebody follows in each of the ways there are. */
  int bytesMax() {
    return ENCODINGS * (event.data().length() + OVERHEAD);
  }

  /** Where to come back to after it. */
  String cursor() {
    return Cursor.text(event.tenant(), event.position());
  }

  /** The message, encoded when it is first wanted and never again. */
  public String text() {
    return text.get();
  }

  /**
   * The same for one write to a WebSocket: around bytes that all of them share. The class of Vert.x
   * is its own; its public ways encode a text anew for each socket.
   */
  WebSocketFrame webSocket() {
    return new WebSocketFrameImpl(WebSocketFrameType.TEXT, bytes.get(), true);
  }

  /** The same for readers of event streams: to be written, never to be changed. */
  Buffer sentEvent() {
    return sentEvent.get();
  }

  private String encode() {
    return EventJson.of(event);
  }

  /** The same in another encoding: to be written, never to be changed. */
  @SuppressWarnings("unchecked")
  public <T> T as(Encoding<T> encoding) {
    return (T) others.computeIfAbsent(encoding, wanted -> wanted.of(text()));
  }

  /** The same for the event bus: to be sent, never to be changed. */
  public JsonObject json() {
    return json.get();
  }

  private Buffer encodeSentEvent() {
    return ServerSentEvent.of("event", cursor(), text());
  }
}
