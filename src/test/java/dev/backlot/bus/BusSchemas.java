package dev.backlot.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.Contract;
import dev.backlot.http.SchemaRoutes;
import dev.backlot.http.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/** The published schemas, with the contract that they point into. */
public final class BusSchemas {
  private static final String HOST = "http://node";
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri(HOST)
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Basic);

  private final SchemaRepository repository = SchemaRepository.create(OPTIONS);
  private final Map<String, JsonObject> schemas = new ConcurrentHashMap<>();

  private BusSchemas() {}

  public static BusSchemas load(Vertx vertx) {
    BusSchemas all = new BusSchemas();
    try {
      Contract contract = TestServer.contract(vertx);
      all.repository.dereference(
          HOST + "/api/v1/openapi.json", JsonSchema.of(contract.document().copy()));
    } catch (TimeoutException late) {
      throw new AssertionError(late);
    }
    SchemaRoutes.NAMES.forEach(all::add);
    return all;
  }

  private void add(String name) {
    JsonObject schema = read(name);
    schemas.put(name, schema);
    repository.dereference(HOST + schema.getString("$id"), JsonSchema.of(schema.copy()));
  }

  public static JsonObject read(String name) {
    try (InputStream in =
        SchemaRoutes.class.getResourceAsStream("/schemas/bus/" + name + ".json")) {
      if (in == null) {
        throw new AssertionError("no schema " + name);
      }
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The schema of an address has its name, without the service's. */
  public static String name(Address<JsonObject> address) {
    return address.name().substring("backlot.".length()).replace('.', '-');
  }

  public void checkReply(Address<JsonObject> address, JsonObject reply) {
    check(name(address), "reply", reply);
  }

  public void checkRequest(Address<JsonObject> address, JsonObject request) {
    check(name(address), "request", request);
  }

  /** Fails with what is wrong. */
  public void check(String name, String definition, JsonObject value) {
    OutputUnit found = validate(name, definition, value);
    assertThat(found.getValid())
        .as(
            () ->
                name + "/" + definition + ": " + found.getErrors() + "\n" + value.encodePrettily())
        .isTrue();
  }

  private OutputUnit validate(String name, String definition, JsonObject value) {
    String uri = HOST + "/api/v1/schemas/bus/" + name + ".json#/$defs/" + definition;
    return repository
        .validator(JsonSchema.of(new JsonObject().put("$ref", uri)), OPTIONS)
        .validate(new JsonObject(value.encode()));
  }
}
