package dev.backlot.facade;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.job.ClientTerms;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a create says: the input, and what is ours to keep. Pure.
 *
 * @param job as our own API would be asked for it
 * @param externalId the client's own id; null when it gave none
 * @param callbackUrl where it wants to be told; null for nowhere
 */
record CreateBody(JsonObject job, @Nullable String externalId, @Nullable String callbackUrl) {
  private static final String EXTERNAL_ID = "external_task_id";
  private static final String CALLBACK = "callback_url";

  /**
   * Members that nobody knows are passed over, and an empty one is as if it were not there (Kling
   * reference, section 2.4). Throws {@link Refused}.
   *
   * @param body parsed; not changed
   */
  static CreateBody of(Target.Create target, Map<String, ?> body) {
    Kind kind = target.kind();
    Map<?, ?> ours = ours(kind.own().dialect(), body);
    Map<String, Object> input = new LinkedHashMap<>(kind.known(body));
    JsonObject job = new JsonObject().put("kind", kind.name()).put("input", new JsonObject(input));
    if (target.model() != null) {
      job.put("model", target.model());
    }
    String externalId = text(ours, EXTERNAL_ID);
    if (externalId != null && externalId.length() > ClientTerms.EXTERNAL_ID_MAX) {
      throw Refused.value(
          EXTERNAL_ID + " may have at most " + ClientTerms.EXTERNAL_ID_MAX + " characters");
    }
    return new CreateBody(job, externalId, text(ours, CALLBACK));
  }

  private static Map<?, ?> ours(Dialect dialect, Map<String, ?> body) {
    Object at = body;
    for (String member : dialect.ours()) {
      at = at instanceof Map<?, ?> object ? object.get(member) : null;
    }
    return at instanceof Map<?, ?> object ? object : Map.of();
  }

  private static @Nullable String text(Map<?, ?> object, String member) {
    Object value = object.get(member);
    if (value instanceof Integer || value instanceof Long) {
      return value.toString();
    }
    if (value == null || value.equals("")) {
      return null;
    }
    if (value instanceof String text) {
      return text;
    }
    throw Refused.value(member + " must be a string");
  }
}
