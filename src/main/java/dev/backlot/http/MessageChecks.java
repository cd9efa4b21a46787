package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks commands that come as messages, as {@link RequestChecks} does those that come over HTTP,
 * and by the same contract. Members of the message itself are named {@code message:token} and so
 * on; pointers lead into its {@code body}. One instance per event loop, with its validators made
 * once.
 */
public final class MessageChecks {
  private static final String BODY = "body";

  private final Contract contract;
  private final int bodyLimit;
  private final Map<String, SchemaRule> rules = new HashMap<>();

  /**
   * @param bodyLimit most bytes of a message's body as JSON; beyond it 413. Messages have no room
   *     for large bodies: an event bus carries each in one piece and in memory
   */
  public MessageChecks(Contract contract, int bodyLimit) {
    this.contract = contract;
    this.bodyLimit = bodyLimit;
  }

  /**
   * @throws BacklotException INVALID_REQUEST when there is any other member
   */
  public static void allow(JsonObject message, Set<String> known) {
    if (!known.containsAll(message.fieldNames())) {
      throw new BacklotException(
          ErrorCode.INVALID_REQUEST,
          "The message has a member that is not known here; allowed: "
              + String.join(", ", known.stream().sorted().toList())
              + ".");
    }
  }

  /**
   * @throws BacklotException INVALID_REQUEST unless it is a text of 1 to {@code lengthMax}
   *     characters
   */
  public static String text(JsonObject message, String member, int lengthMax) {
    if (message.getValue(member) instanceof String text
        && !text.isEmpty()
        && text.length() <= lengthMax) {
      return text;
    }
    throw BacklotException.ofField(
        ErrorCode.INVALID_REQUEST,
        "message:" + member,
        member + " must be a text of 1 to " + lengthMax + " characters.");
  }

  /**
   * The body of an operation, checked against its schema; its numbers are as exact as the message
   * was.
   *
   * @throws BacklotException as HTTP would answer it
   */
  public JsonObject body(JsonObject message, String operationId) {
    if (!(message.getValue(BODY) instanceof JsonObject given)) {
      throw BacklotException.ofField(
          ErrorCode.INVALID_REQUEST, "message:body", "body must be a JSON object.");
    }
    JsonObject body = JsonBody.parse(text(given));
    rules.computeIfAbsent(operationId, this::bodyRule).check(body, "");
    return body;
  }

  /**
   * What HTTP takes as a header, from a member of the message; null when it is not there.
   *
   * @throws BacklotException INVALID_REQUEST by the header's schema
   */
  public @Nullable String header(
      JsonObject message, String member, String operationId, String header) {
    Object given = message.getValue(member);
    if (given == null) {
      return null;
    }
    rules
        .computeIfAbsent(operationId + " " + header, key -> headerRule(operationId, header))
        .check(given, "message:" + member);
    return (String) given;
  }

  /** Not written before it is known to be of a bounded length. */
  private Buffer text(JsonObject given) {
    count(given, bodyLimit, JsonBody.MAX_DEPTH);
    Buffer text = given.toBuffer();
    if (text.length() > bodyLimit) {
      throw tooLarge();
    }
    return text;
  }

  /**
   * Counts no further than the bound.
   *
   * @return characters that are left of {@code room} when at least so many are written
   */
  private int count(@Nullable Object value, int room, int depth) {
    if (depth < 0) {
      throw new BacklotException(ErrorCode.INVALID_JSON, "The JSON is too deep.");
    }
    int left = room - 1;
    if (value instanceof String text) {
      left -= text.length();
    } else if (value instanceof JsonObject object) {
      for (String name : object.fieldNames()) {
        left = count(object.getValue(name), left - name.length(), depth - 1);
      }
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        left = count(array.getValue(i), left, depth - 1);
      }
    }
    if (left < 0) {
      throw tooLarge();
    }
    return left;
  }

  private BacklotException tooLarge() {
    return new BacklotException(
        ErrorCode.BODY_TOO_LARGE,
        "The body of a message may have at most "
            + bodyLimit
            + " bytes; pass larger media by URL, or submit the job by HTTP.");
  }

  private SchemaRule bodyRule(String operationId) {
    return rule(
        Objects.requireNonNull(
                operation(operationId).getRequestBody().getContent().get("application/json"))
            .getSchema());
  }

  private SchemaRule headerRule(String operationId, String header) {
    return operation(operationId).getParameters().stream()
        .filter(each -> each.getIn() == Location.HEADER && each.getName().equals(header))
        .map(Parameter::getSchema)
        .map(this::rule)
        .findFirst()
        .orElseThrow();
  }

  private SchemaRule rule(JsonSchema schema) {
    return new SchemaRule(schema, contract.requests().getSchemaRepository());
  }

  private Operation operation(String operationId) {
    return Objects.requireNonNull(contract.requests().operation(operationId), operationId);
  }
}
