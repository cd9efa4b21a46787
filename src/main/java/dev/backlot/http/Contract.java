package dev.backlot.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The API's OpenAPI document: what requests are checked against and what is served. Immutable.
 *
 * @param yaml the document as it was written
 * @param document the same, parsed
 * @param requests the part that requests are checked against, references resolved
 */
public record Contract(Buffer yaml, JsonObject document, OpenAPIContract requests) {
  private static final String RESOURCE = "/openapi/backlot-v1.yaml";

  /** Reads, checks and resolves the document. Once at start; fails when it is not valid. */
  public static Future<Contract> load(Vertx vertx) {
    return vertx
        .executeBlocking(Contract::read)
        .compose(
            yaml -> {
              JsonObject document = parse(yaml);
              return OpenAPIContract.from(vertx, withoutResponses(document))
                  .map(requests -> new Contract(yaml, document, requests));
            });
  }

  private static Buffer read() {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + RESOURCE);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static JsonObject parse(Buffer yaml) {
    Object tree =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(yaml.toString(StandardCharsets.UTF_8));
    return (JsonObject) json(tree);
  }

  /** The library knows few media types, and we only check requests in JSON with it. */
  private static JsonObject withoutResponses(JsonObject document) {
    JsonObject copy = document.copy();
    copy.getJsonObject("components").remove("responses");
    JsonObject paths = copy.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      item.stream()
          .map(Map.Entry::getValue)
          .filter(JsonObject.class::isInstance)
          .map(JsonObject.class::cast)
          .forEach(Contract::reduce);
    }
    return copy;
  }

  private static void reduce(JsonObject operation) {
    operation.put("responses", anyResponse());
    JsonObject body = operation.getJsonObject("requestBody");
    if (body != null) {
      body.getJsonObject("content").getMap().keySet().retainAll(Set.of("application/json"));
    }
  }

  private static JsonObject anyResponse() {
    return new JsonObject().put("default", new JsonObject().put("description", "see the contract"));
  }

  private static Object json(Object yaml) {
    if (yaml instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach((key, value) -> object.put(String.valueOf(key), json(value)));
      return object;
    }
    if (yaml instanceof List<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(element -> array.add(json(element)));
      return array;
    }
    return yaml;
  }
}
