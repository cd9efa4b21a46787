package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** An element of the older library, as its calls and its list show it (reference, 6.3). */
final class ElementJson {
  private final Links links;

  ElementJson(Links links) {
    this.links = links;
  }

  JsonObject shown(Task made, String origin) {
    Map<String, String> extras = made.request().extras();
    JsonArray others = new JsonArray();
    for (int index = 1; index < made.request().count(); index++) {
      others.add(new JsonObject().put("image_url", origin + links.path(made, index, false)));
    }
    return new JsonObject()
        .put("element_id", Long.valueOf(links.mediaId(made)))
        .put("element_name", extras.get("name"))
        .put("element_description", extras.get("description"))
        .put("element_frontal_image", origin + links.path(made, 0, false))
        .put("element_refer_list", others)
        .put("tag_list", Presets.tags(extras.getOrDefault("tags", "")))
        .put("owned_by", TaskResults.OWNER)
        .put("status", made.isDeleted() ? "deleted" : "succeed");
  }
}
