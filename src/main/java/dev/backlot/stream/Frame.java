package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to everybody who watches it. Thread-safe: the tail makes it, every event
 * loop shares it.
 */
final class Frame {
  private final Event event;
  private @Nullable String text;

  Frame(Event event) {
    this.event = event;
  }

  long position() {
    return event.position();
  }

  TenantId tenant() {
    return event.tenant();
  }

  JobId job() {
    return event.job();
  }

  /** The message, encoded when it is first wanted and never again. */
  synchronized String text() {
    if (text == null) {
      text = encode(event);
    }
    return text;
  }

  /** {@code data} is JSON already, and checked by the database. */
  private static String encode(Event event) {
    return "{\"type\":\"event\",\"cursor\":\""
        + Cursor.text(event.tenant(), event.position())
        + "\",\"job_id\":\""
        + event.job()
        + "\",\"version\":"
        + event.jobVersion()
        + ",\"event\":"
        + Json.encode(event.type())
        + ",\"at\":\""
        + event.at()
        + "\",\"data\":"
        + event.data()
        + "}";
  }
}
