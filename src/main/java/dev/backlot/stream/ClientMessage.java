package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client may say. Anything else is refused: an unknown member is a misspelled one. */
sealed interface ClientMessage {
  int CREDENTIAL_LENGTH_MAX = 200;
  int CURSOR_LENGTH_MAX = 64;

  /**
   * @param token a stream token or an API key
   */
  record Auth(String token) implements ClientMessage {
    @Override
    public String toString() {
      return "Auth[***]";
    }
  }

  /**
   * @param jobs empty for the whole tenant
   */
  record Subscribe(String id, Set<JobId> jobs, @Nullable String cursor) implements ClientMessage {}

  record Unsubscribe(String id) implements ClientMessage {}

  /** Fails with {@code INVALID_JSON}, {@code INVALID_REQUEST} or {@code JOB_NOT_FOUND}. */
  static ClientMessage parse(String text) {
    JsonObject message = object(text);
    String type = text(message, "type", 32);
    return switch (type) {
      case "auth" -> {
        allow(message, Set.of("type", "token"));
        yield new Auth(text(message, "token", CREDENTIAL_LENGTH_MAX));
      }
      case "subscribe" -> subscribe(message);
      case "unsubscribe" -> {
        allow(message, Set.of("type", "id"));
        yield new Unsubscribe(text(message, "id", Watch.ID_LENGTH_MAX));
      }
      default -> throw wrong("type", "must be auth, subscribe or unsubscribe");
    };
  }

  /** The subscription that a message names, for an error about it. */
  static @Nullable String idOf(ClientMessage message) {
    if (message instanceof Subscribe subscribe) {
      return subscribe.id();
    }
    return message instanceof Unsubscribe unsubscribe ? unsubscribe.id() : null;
  }

  private static Subscribe subscribe(JsonObject message) {
    allow(message, Set.of("type", "id", "jobs", "tenant", "cursor"));
    String id = text(message, "id", Watch.ID_LENGTH_MAX);
    String cursor =
        message.getValue("cursor") == null ? null : text(message, "cursor", CURSOR_LENGTH_MAX);
    boolean tenant = Boolean.TRUE.equals(message.getValue("tenant"));
    if (tenant == message.containsKey("jobs")) {
      throw wrong("jobs", "name either jobs or \"tenant\": true");
    }
    return new Subscribe(id, tenant ? Set.of() : jobs(message.getValue("jobs")), cursor);
  }

  /** One to 100 job ids, as streams and their tokens name them. */
  static Set<JobId> jobs(@Nullable Object value) {
    if (!(value instanceof JsonArray names) || names.isEmpty() || names.size() > Watch.JOBS_MAX) {
      throw wrong("jobs", "must be a list of 1 to " + Watch.JOBS_MAX + " job ids");
    }
    Set<JobId> jobs = new LinkedHashSet<>();
    for (int i = 0; i < names.size(); i++) {
      jobs.add(job(names.getValue(i), i));
    }
    return jobs;
  }

  private static JobId job(@Nullable Object value, int index) {
    if (!(value instanceof String name)) {
      throw wrong("jobs/" + index, "must be a job id");
    }
    return JobId.parse(name)
        .orElseThrow(
            () ->
                BacklotException.ofField(
                    ErrorCode.JOB_NOT_FOUND, "/jobs/" + index, "There is no such job."));
  }

  private static JsonObject object(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException | ClassCastException notAnObject) {
      throw new BacklotException(ErrorCode.INVALID_JSON, "A message is one JSON object.");
    }
  }

  private static String text(JsonObject message, String name, int lengthMax) {
    if (message.getValue(name) instanceof String text
        && !text.isEmpty()
        && text.length() <= lengthMax) {
      return text;
    }
    throw wrong(name, "must be a text of 1 to " + lengthMax + " characters");
  }

  private static void allow(JsonObject message, Set<String> known) {
    message.fieldNames().stream()
        .filter(name -> !known.contains(name))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new BacklotException(
                  ErrorCode.INVALID_REQUEST, "Unknown member; known here: " + sorted(known) + ".");
            });
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }

  private static BacklotException wrong(String field, String problem) {
    return BacklotException.ofField(
        ErrorCode.INVALID_REQUEST, "/" + field, field + ": " + problem + ".");
  }
}
