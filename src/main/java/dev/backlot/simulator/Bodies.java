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

  private Bodies() {}

  /** Throws a {@link Refusal} when the body is not an object. */
  static JsonObject object(RoutingContext ctx) {
    try {
      Buffer body = ctx.body().buffer();
      if (body != null
          && JacksonCodec.fromParser(JSON.createParser(body.getBytes()), Object.class)
              instanceof JsonObject json) {
        return json;
      }
    } catch (DecodeException | IOException broken) {
      // Refused below, like an empty body.
    }
    throw new Refusal(KlingError.PARAMETERS_INVALID);
  }
}
