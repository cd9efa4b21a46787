package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the AsyncAPI document says of the messages of the stream. Thread-safe. */
final class StreamContract {
  static final String RESOURCE = "/asyncapi/backlot-stream-v1.yaml";
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("app://stream")
          .setDraft(Draft.DRAFT7)
          .setOutputFormat(OutputFormat.Basic);

  static final StreamContract DOCUMENT = new StreamContract();

  private final JsonObject document = read();
  private final Map<String, Validator> messages = new HashMap<>();

  private StreamContract() {
    JsonObject declared = document.getJsonObject("components").getJsonObject("messages");
    for (String name : declared.fieldNames()) {
      JsonObject payload = declared.getJsonObject(name).getJsonObject("payload");
      messages.put(name, Validator.create(JsonSchema.of(closed(resolved(payload))), OPTIONS));
    }
  }

  JsonObject document() {
    return document;
  }

  /** The types that one side says: {@code send} is the server, {@code receive} the client. */
  Set<String> saidBy(String action) {
    Set<String> types = new TreeSet<>();
    JsonObject operations = document.getJsonObject("operations");
    for (String name : operations.fieldNames()) {
      JsonObject operation = operations.getJsonObject(name);
      if (operation.getString("action").equals(action)) {
        operation.getJsonArray("messages").stream()
            .map(reference -> ((JsonObject) reference).getString("$ref"))
            .forEach(path -> types.add(path.substring(path.lastIndexOf('/') + 1)));
      }
    }
    return types;
  }

  /** Whether the document allows this message, from whomever. */
  boolean allows(JsonObject message) {
    Object type = message.getValue("type");
    return type instanceof String name && messages.containsKey(name) && check(message).getValid();
  }

  /** A message of the server must be described to its last member. */
  void require(JsonObject message) {
    assertThat(saidBy("send")).as(message.encode()).contains(message.getString("type"));
    OutputUnit found = check(message);
    assertThat(found.getValid()).as(message.encode() + " " + found.toJson()).isTrue();
  }

  /** Validators are not thread-safe. */
  private synchronized OutputUnit check(JsonObject message) {
    return Objects.requireNonNull(messages.get(message.getString("type"))).validate(message);
  }

  /** Every reference replaced by what it stands for; there are no circles. */
  private Object resolved(Object value) {
    if (value instanceof JsonObject object) {
      if (object.containsKey("$ref")) {
        return resolved(at(object.getString("$ref")));
      }
      JsonObject copy = new JsonObject();
      object.fieldNames().forEach(name -> copy.put(name, resolved(object.getValue(name))));
      return copy;
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(each -> copy.add(resolved(each)));
      return copy;
    }
    return value;
  }

  private JsonObject resolved(JsonObject object) {
    return (JsonObject) resolved((Object) object);
  }

  private JsonObject at(String reference) {
    JsonObject place = document;
    for (String name : List.of(reference.substring(2).split("/"))) {
      place = place.getJsonObject(name);
      assertThat(place).as(reference).isNotNull();
    }
    return place;
  }

  /** Clients must pass over what they do not know; for us everything has to be described. */
  private static JsonObject closed(JsonObject schema) {
    for (String name : schema.fieldNames()) {
      if (schema.getValue(name) instanceof JsonObject part) {
        closed(part);
      }
    }
    if (schema.getValue("properties") instanceof JsonObject
        && !schema.containsKey("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  private static JsonObject read() {
    try (InputStream in = StreamContract.class.getResourceAsStream(RESOURCE)) {
      Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      return new JsonObject(new JsonObject(tree).encode());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
