package dev.backlot.stream;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The text form of an event stream: the WHATWG HTML standard, section 9.2.5. */
final class ServerSentEvent {
  private ServerSentEvent() {}

  /**
   * @param cursor becomes the reader's last event id; null leaves that as it is
   * @param json a line break in it can only be white space between its tokens
   */
  static Buffer of(String type, @Nullable String cursor, String json) {
    StringBuilder text = new StringBuilder(json.length() + 80);
    if (cursor != null) {
      text.append("id: ").append(cursor).append('\n');
    }
    text.append("event: ").append(type).append("\ndata: ").append(oneLine(json)).append("\n\n");
    return Buffer.buffer(text.toString());
  }

  static Buffer of(Message message) {
    return of(message.type(), message.cursor(), message.text());
  }

  /** How long a reader that was cut off waits before it comes back, in milliseconds. */
  static Buffer retry(long millis) {
    return Buffer.buffer("retry: " + millis + "\n\n");
  }

  private static String oneLine(String json) {
    return json.indexOf('\n') < 0 && json.indexOf('\r') < 0
        ? json
        : json.replace('\r', ' ').replace('\n', ' ');
  }
}
