package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a task has made, in the forms of both dialects (reference, sections 3 and 6.3). */
final class TaskResults {
  static final String OWNER = "simulator";

  private final Links links;

  TaskResults(Links links) {
    this.links = links;
  }

  JsonObject legacy(Task task, String origin) {
    JsonObject result = new JsonObject();
    TaskRequest request = task.request();
    switch (request.product().makes()) {
      case CLIP -> result.put("videos", new JsonArray().add(clip(task, origin)));
      case IMAGES -> result.put("images", images(task, origin));
      case SERIES -> series(task, origin, result);
      case VIEWS -> result.put("images", views(task, origin));
      case SOUND -> result.put("audios", new JsonArray().add(sound(task, origin)));
      case CLIP_WITH_SOUND ->
          result
              .put("videos", new JsonArray().add(clip(task, origin)))
              .put("audios", new JsonArray().add(sound(task, origin)));
      case ELEMENT -> result.put("elements", new JsonArray().add(element(task)));
      case VOICE -> result.put("voices", new JsonArray().add(voice(task, origin)));
      case FACES, SPEECH, PARTS, FOOTAGE, OLD_ELEMENT, NOTHING -> throw noTask(request);
    }
    return result;
  }

  /** Typed, and images without an index; those that belong together by group alone. */
  JsonArray modern(Task task, String origin) {
    JsonArray outputs = new JsonArray();
    TaskRequest request = task.request();
    switch (request.product().makes()) {
      case CLIP -> outputs.add(clip(task, origin).put("type", "video"));
      case IMAGES, SERIES, VIEWS -> {
        for (int index = 0; index < request.images(); index++) {
          outputs.add(image(task, index, origin));
        }
      }
      case SOUND -> outputs.add(modernSound(task, origin));
      case CLIP_WITH_SOUND ->
          outputs.add(clip(task, origin).put("type", "video")).add(modernSound(task, origin));
      case ELEMENT ->
          outputs.add(
              new JsonObject()
                  .put("type", "element")
                  .put("id", links.mediaId(task))
                  .put("name", request.extras().get("name"))
                  .put("description", request.extras().get("description"))
                  .put("element_type", request.extras().get("reference_type"))
                  .put("owned_by", OWNER)
                  .put("status", status(task)));
      case VOICE ->
          outputs.add(
              new JsonObject()
                  .put("type", "voice")
                  .put("id", links.mediaId(task))
                  .put("name", request.extras().get("name"))
                  .put("url", origin + links.soundPath(task, "mp3"))
                  .put("owned_by", OWNER)
                  .put("status", status(task)));
      case FACES, SPEECH, PARTS, FOOTAGE, OLD_ELEMENT, NOTHING -> throw noTask(request);
    }
    return outputs;
  }

  private static IllegalStateException noTask(TaskRequest request) {
    return new IllegalStateException(request.product().label() + " is answered at once");
  }

  /** With the clip that it goes on with, where there is one. */
  JsonObject info(Task task, String origin) {
    JsonObject info = new JsonObject().put("external_task_id", task.externalId());
    String parent = task.request().extras().get("parent");
    return parent == null
        ? info
        : info.put(
            "parent_video",
            new JsonObject().put("id", Links.mediaId(parent)).put("duration", "5.041"));
  }

  private JsonObject clip(Task task, String origin) {
    JsonObject clip =
        file(task, 0, origin)
            .put("id", links.mediaId(task))
            .put("duration", task.request().seconds() + ".041");
    String session = task.request().extras().get("session");
    return session == null ? clip : clip.put("session_id", session);
  }

  private JsonArray images(Task task, String origin) {
    JsonArray images = new JsonArray();
    for (int index = 0; index < task.request().count(); index++) {
      images.add(file(task, index, origin).put("index", index));
    }
    return images;
  }

  private void series(Task task, String origin, JsonObject result) {
    boolean series = task.request().extras().containsKey("series");
    result
        .put("result_type", series ? "series" : "single")
        .put(series ? "series_images" : "images", images(task, origin));
  }

  private JsonArray views(Task task, String origin) {
    JsonArray images = new JsonArray();
    int views = TaskRequest.VIEWS;
    for (int index = 0; index < views; index++) {
      JsonObject image = new JsonObject().put("index", index);
      for (int view = 0; view < views; view++) {
        image.put("url_" + (view + 1), origin + links.path(task, index * views + view, false));
      }
      images.add(image);
    }
    return images;
  }

  private JsonObject image(Task task, int index, String origin) {
    JsonObject image = file(task, index, origin).put("type", "image");
    TaskRequest request = task.request();
    if (request.product().makes() == Makes.VIEWS) {
      return image.put("group_id", String.valueOf(index / TaskRequest.VIEWS));
    }
    return request.extras().containsKey("series") ? image.put("group_id", "0") : image;
  }

  private JsonObject sound(Task task, String origin) {
    String duration = task.request().seconds() + ".02";
    return new JsonObject()
        .put("id", links.mediaId(task))
        .put("url_mp3", origin + links.soundPath(task, "mp3"))
        .put("url_wav", origin + links.soundPath(task, "wav"))
        .put("duration_mp3", duration)
        .put("duration_wav", duration);
  }

  /** Its names are the other way round there. */
  private JsonObject modernSound(Task task, String origin) {
    String duration = task.request().seconds() + ".02";
    return new JsonObject()
        .put("type", "audio")
        .put("id", links.mediaId(task))
        .put("mp3_url", origin + links.soundPath(task, "mp3"))
        .put("wav_url", origin + links.soundPath(task, "wav"))
        .put("mp3_duration", duration)
        .put("wav_duration", duration);
  }

  private JsonObject element(Task task) {
    return new JsonObject()
        .put("element_id", Long.valueOf(links.mediaId(task)))
        .put("element_name", task.request().extras().get("name"))
        .put("element_description", task.request().extras().get("description"))
        .put("reference_type", task.request().extras().get("reference_type"))
        .put("owned_by", OWNER)
        .put("status", status(task));
  }

  private static String status(Task task) {
    return task.isDeleted() ? "deleted" : "succeed";
  }

  private JsonObject voice(Task task, String origin) {
    return new JsonObject()
        .put("voice_id", links.mediaId(task))
        .put("voice_name", task.request().extras().get("name"))
        .put("trial_url", origin + links.soundPath(task, "mp3"))
        .put("owned_by", OWNER);
  }

  private JsonObject file(Task task, int index, String origin) {
    JsonObject file = new JsonObject().put("url", origin + links.path(task, index, false));
    return task.request().watermark()
        ? file.put("watermark_url", origin + links.path(task, index, true))
        : file;
  }
}
