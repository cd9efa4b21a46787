package dev.backlot.stream;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.StreamTokens.LiveToken;
import dev.backlot.port.StreamTokens.NewToken;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.temporal.ChronoUnit;

/** Tokens as their tenant's back end sees them. */
final class TokenJson {
  private TokenJson() {}

  /** The only place where the token is ever shown. */
  static JsonObject minted(NewToken token) {
    return new JsonObject()
        .put("id", token.id())
        .put("token", token.presented())
        .put("expires_at", token.expiresAt().truncatedTo(ChronoUnit.MICROS).toString());
  }

  static JsonObject page(Page<LiveToken> page) {
    JsonArray items = new JsonArray();
    page.items().forEach(token -> items.add(live(token)));
    return new JsonObject().put("items", items).put("next_cursor", page.nextCursor());
  }

  private static JsonObject live(LiveToken token) {
    JsonObject shown = new JsonObject().put("id", token.id());
    return scope(shown, token.scope())
        .put("key_id", token.keyId())
        .put("created_at", token.createdAt().toString())
        .put("expires_at", token.expiresAt().truncatedTo(ChronoUnit.MICROS).toString());
  }

  /** In the words in which it was asked for. */
  private static JsonObject scope(JsonObject shown, StreamScope scope) {
    if (scope instanceof StreamScope.Jobs jobs) {
      return shown.put(
          "jobs", new JsonArray(jobs.ids().stream().sorted().map(JobId::toString).toList()));
    }
    if (scope instanceof StreamScope.OfBatch batch) {
      return shown.put("batch", batch.id().toString());
    }
    return shown.put("tenant", true);
  }
}
