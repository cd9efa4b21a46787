package dev.backlot.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;

/** Bodies of requests. */
final class Bodies {
  /** An image in base64 is one string: as long as the body's own limit lets it be. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final int LARGE = 1 << 20;
  private static final String PARSED = "simulator.body";

  private Bodies() {}

  /** Parses a body of many megabytes off the event loop; others wait for {@link #object}. */
  static void parseLarge(RoutingContext ctx) {
    Buffer body = ctx.body().buffer();
    if (body == null || body.length() < LARGE) {
      ctx.next();
      return;
    }
    ctx.vertx()
        .executeBlocking(() -> parse(body), false)
        .onComplete(
            parsed -> {
              if (parsed.succeeded()) {
                ctx.put(PARSED, parsed.result());
              }
              ctx.next();
            });
  }

  /** Throws a {@link Refusal} when the body is not an object. */
  static JsonObject object(RoutingContext ctx) {
    JsonObject parsed = ctx.get(PARSED);
    if (parsed != null) {
      return parsed;
    }
    Buffer body = ctx.body().buffer();
    if (body == null || body.length() >= LARGE) {
      throw new Refusal(KlingError.PARAMETERS_INVALID);
    }
    return parse(body);
  }

  private static JsonObject parse(Buffer body) {
    try {
      if (JacksonCodec.fromParser(JSON.createParser(body.getBytes()), Object.class)
          instanceof JsonObject json) {
        return json;
      }
    } catch (DecodeException | IOException broken) {
      // Refused below, like an empty body.
    }
    throw new Refusal(KlingError.PARAMETERS_INVALID);
  }
}
