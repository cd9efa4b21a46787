package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What calls answer (reference, sections 4.7 to 5.1, and 6.3). Event loop only. */
final class CallJson {
  private final Links links;
  private final TaskJson taskJson;
  private final SelectionJson selections;
  private final ElementJson elements;

  CallJson(Links links, TaskJson taskJson, Library library) {
    this.links = links;
    this.taskJson = taskJson;
    this.selections = new SelectionJson(links, library);
    this.elements = new ElementJson(links);
  }

  /**
   * @param origin scheme, host and port that the client reached us by
   */
  JsonObject answer(Task call, CallKind kind, String origin) {
    return switch (kind) {
      case FACES -> charged(call, faces(call, origin));
      case SPEECH -> charged(call, speech(call, origin));
      case PARTS -> charged(call, parts(call, origin));
      case START -> charged(call, selections.started(call, origin));
      case MARK, UNMARK -> charged(call, selections.changed(call));
      case ELEMENT -> charged(call, elements.shown(call, origin));
      case DELETE_ELEMENT, DELETE_ADVANCED, DELETE_VOICE -> deleted(call);
      case CLEAR -> charged(call, selections.cleared(call));
      case PREVIEW -> charged(call, selections.previewed(call, origin));
    };
  }

  private static JsonObject deleted(Task call) {
    return new JsonObject()
        .put("task_id", call.id())
        .put("task_status", call.status(call.plan().createdAt()));
  }

  private JsonObject charged(Task call, JsonObject json) {
    if (call.hasSucceeded() || call.billed().signum() > 0) {
      taskJson.charge(json, call);
    }
    return json;
  }

  private JsonObject faces(Task call, String origin) {
    JsonArray faces = new JsonArray();
    for (Session.Face face : Session.faces(call.request())) {
      faces.add(
          new JsonObject()
              .put("face_id", face.id())
              .put("face_image", origin + links.path(call, faces.size(), false))
              .put("start_time", face.from())
              .put("end_time", face.to()));
    }
    return new JsonObject().put("session_id", call.id()).put("face_data", faces);
  }

  /** The only call whose answer has the form of a task. */
  private JsonObject speech(Task call, String origin) {
    long at = call.plan().createdAt();
    JsonObject result = new JsonObject();
    if (call.hasSucceeded()) {
      JsonObject sound =
          new JsonObject()
              .put("id", links.mediaId(call))
              .put("url", origin + links.soundPath(call, "mp3"))
              .put("duration", call.request().seconds() + ".02");
      result.put("audios", new JsonArray().add(sound));
    }
    return new JsonObject()
        .put("task_id", call.id())
        .put("task_status", call.status(at))
        .put("task_status_msg", call.plan().failure())
        .put("task_result", result)
        .put("created_at", at)
        .put("updated_at", at);
  }

  private JsonObject parts(Task call, String origin) {
    JsonArray images = new JsonArray();
    for (String part : CallBody.PARTS) {
      images.add(
          new JsonObject()
              .put("type", part)
              .put("is_contain", true)
              .put("url", origin + links.path(call, images.size(), false)));
    }
    return new JsonObject().put("task_result", new JsonObject().put("images", images));
  }
}
