package dev.backlot.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schemas of what travels on the event bus, for programs of others. They point into the
 * API's own contract. Public: they say nothing about an installation. May be shared between event
 * loops.
 */
public final class SchemaRoutes implements Routes {
  /** All of them: {@code /api/v1/schemas/bus/<name>.json}. */
  public static final List<String> NAMES =
      List.of(
          "jobs-submit-v1",
          "jobs-get-v1",
          "jobs-cancel-v1",
          "jobs-quote-v1",
          "stream-subscribe-v1",
          "stream-unsubscribe-v1",
          "stream-events-v1",
          "refused");

  private static final String PATH = "/api/v1/schemas/bus/";

  private final Map<String, Buffer> schemas = new LinkedHashMap<>();

  public SchemaRoutes() {
    NAMES.forEach(name -> schemas.put(PATH + name + ".json", read(name)));
  }

  @Override
  public void mount(Router router) {
    schemas.forEach((path, schema) -> router.get(path).handler(ctx -> send(ctx, schema)));
  }

  private static void send(RoutingContext ctx, Buffer schema) {
    ctx.response()
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/schema+json")
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .end(schema);
  }

  private static Buffer read(String name) {
    String path = "/schemas/bus/" + name + ".json";
    try (InputStream in = SchemaRoutes.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + path);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
