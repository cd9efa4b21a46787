package dev.backlot.call;

import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.Uses.Use;
import dev.backlot.http.AnswerTree;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ids that a caller has named, and what the provider calls them.
 *
 * @param pinned null when none of them is ours
 */
record Names(@Nullable Pinned pinned, List<Use> uses) {
  /** An answer in which they are as their caller wrote them. */
  JsonObject in(JsonObject data) {
    Map<String, String> ids = new HashMap<>();
    uses.forEach(use -> ids.put(use.pointer(), use.id()));
    return AnswerTree.named(data, pinned, ids);
  }
}
