package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the calls of a selection answer (reference, section 4.10). Event loop only. */
final class SelectionJson {
  private static final int WIDTH = 1_280;
  private static final int HEIGHT = 720;

  private final Links links;
  private final Library library;

  SelectionJson(Links links, Library library) {
    this.links = links;
    this.library = library;
  }

  /** A status that is not 0 says that the clip cannot be worked on. */
  JsonObject started(Task call, String origin) {
    if (!call.hasSucceeded()) {
      return new JsonObject().put("status", 1);
    }
    int seconds = call.request().seconds();
    return new JsonObject()
        .put("status", 0)
        .put("session_id", call.id())
        .put("fps", (double) Session.FRAMES_PER_SECOND)
        .put("original_duration", seconds * 1_000)
        .put("width", WIDTH)
        .put("height", HEIGHT)
        .put("total_frame", Session.frames(call.request()))
        .put("normalized_video", origin + links.path(call, 0, false));
  }

  /** With the mask of all that is marked in the frame now; without one when nothing is. */
  JsonObject changed(Task call) {
    int frame = SelectionBody.frame(call.request().extras());
    Session session = session(call);
    Set<Selection.Point> points = session == null ? Set.of() : session.selection().of(frame);
    JsonArray masks = new JsonArray();
    if (!points.isEmpty()) {
      Mask mask = new Mask(points);
      masks.add(
          new JsonObject()
              .put("object_id", 0)
              .put("rle_mask", mask.rle())
              .put("png_mask", mask.png()));
    }
    JsonObject res = new JsonObject().put("frame_index", frame).put("rle_mask_list", masks);
    return cleared(call).put("res", res);
  }

  JsonObject cleared(Task call) {
    return new JsonObject()
        .put("status", 0)
        .put("session_id", call.request().extras().get("session"));
  }

  JsonObject previewed(Task call, String origin) {
    return cleared(call)
        .put(
            "res",
            new JsonObject()
                .put("video", origin + links.path(call, 0, false))
                .put("video_cover", origin + links.stillPath(call, 0))
                .put("tracking_output", origin + links.stillPath(call, 1)));
  }

  private @Nullable Session session(Task call) {
    return library.session(call.request().extras().getOrDefault("session", ""));
  }
}
