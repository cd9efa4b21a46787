package dev.backlot.http;

import dev.backlot.port.EventLog.Event;
import io.vertx.core.json.Json;

/** An event of the log in the API's own form: the same text whichever way it is told. */
public final class EventJson {
  private EventJson() {}

  /** {@code data} is JSON already, and checked by the database. */
  public static String of(Event event) {
    return "{\"type\":\"event\",\"cursor\":\""
        + LogCursor.text(event.tenant(), event.position())
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
