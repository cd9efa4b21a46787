package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a client may say. Anything else is refused: an unknown member is a misspelled one. */
public sealed interface ClientMessage
    permits ClientMessage.Auth, Subscribe, ClientMessage.Unsubscribe {
  int CREDENTIAL_LENGTH_MAX = 200;
  int CURSOR_LENGTH_MAX = 64;
  int NAME_LENGTH_MAX = 64;

  /**
   * @param token a stream token or an API key
   */
  record Auth(String token) implements ClientMessage {
    @Override
    public String toString() {
      return "Auth[***]";
    }
  }

  record Unsubscribe(String id) implements ClientMessage {}

  /** Fails with {@code INVALID_JSON} or {@code INVALID_REQUEST}: the client has a defect. */
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

  /** Fails with {@code INVALID_REQUEST}. */
  static Subscribe subscribe(JsonObject message) {
    allow(message, Set.of("type", "id", "jobs", "batch", "tenant", "events", "cursor"));
    if (Stream.of("jobs", "batch", "tenant").filter(message::containsKey).count() != 1) {
      throw wrong("jobs", "name jobs, or a batch, or \"tenant\": true");
    }
    if (message.containsKey("tenant") && !Boolean.TRUE.equals(message.getValue("tenant"))) {
      throw wrong("tenant", "must be true; forgetting the jobs never opens everything");
    }
    return new Subscribe(
        text(message, "id", Watch.ID_LENGTH_MAX),
        message.containsKey("jobs") ? names(message, "jobs", Watch.JOBS_MAX) : List.of(),
        message.containsKey("batch") ? text(message, "batch", NAME_LENGTH_MAX) : null,
        message.containsKey("events") ? names(message, "events", EventTypes.ALL.size()) : List.of(),
        message.getValue("cursor") == null ? null : text(message, "cursor", CURSOR_LENGTH_MAX));
  }

  /** One to 100 job ids, as streams and their tokens name them. */
  static Set<JobId> jobs(@Nullable Object value) {
    return Subscribe.jobs(names(new JsonObject().put("jobs", value), "jobs", Watch.JOBS_MAX));
  }

  private static List<String> names(JsonObject message, String member, int countMax) {
    if (!(message.getValue(member) instanceof JsonArray given)
        || given.isEmpty()
        || given.size() > countMax) {
      throw wrong(member, "must be a list of 1 to " + countMax + " of them");
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      if (!(given.getValue(i) instanceof String name) || name.length() > NAME_LENGTH_MAX) {
        throw wrong(
            member + "/" + i, "must be a text of at most " + NAME_LENGTH_MAX + " characters");
      }
      names.add(name);
    }
    return names;
  }

  private static JsonObject object(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException | ClassCastException notAnObject) {
      throw new BacklotException(ErrorCode.INVALID_JSON, "A message is one JSON object.");
    }
  }

  static String text(JsonObject message, String name, int lengthMax) {
    if (message.getValue(name) instanceof String text
        && !text.isEmpty()
        && text.length() <= lengthMax) {
      return text;
    }
    throw wrong(name, "must be a text of 1 to " + lengthMax + " characters");
  }

  /** Fails with {@code INVALID_REQUEST} when there is another member. */
  static void allow(JsonObject message, Set<String> known) {
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
