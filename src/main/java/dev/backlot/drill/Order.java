package dev.backlot.drill;

import io.vertx.core.json.JsonObject;

/**
 * One job that the drill asks for: what of, and through which door. The number decides both.
 *
 * @param images how many; 0 for a clip
 */
record Order(int number, Door door, int images) {
  private static final int TYPES = 10;

  /** As many images as one task may make. */
  private static final int IMAGES_MOST = 9;

  /** Where it goes in. */
  enum Door {
    /** Our own API. */
    OWN,
    /** Kling's, in the older dialect. */
    OLDER,
    /** Kling's, in the newer one, which makes no images. */
    NEWER
  }

  /** Of ten, three go in by Kling's API, and three are for 2 to 9 images. */
  static Order of(int number) {
    return switch (number % TYPES) {
      case 3 -> new Order(number, Door.OLDER, 0);
      case 5, 9 -> new Order(number, Door.OWN, images(number));
      case 6 -> new Order(number, Door.NEWER, 0);
      case 8 -> new Order(number, Door.OLDER, images(number));
      default -> new Order(number, Door.OWN, 0);
    };
  }

  private static int images(int number) {
    return 2 + number / TYPES % (IMAGES_MOST - 1);
  }

  /** Whether its caller gives it an id of its own: half of those by Kling's API do not. */
  boolean isNamed() {
    return door != Door.OWN && number / (2 * TYPES) % 2 == 0;
  }

  /** The path to post to. */
  String path() {
    return switch (door) {
      case OWN -> "/api/v1/jobs";
      case OLDER -> product();
      case NEWER -> "/text-to-video/" + (isOther() ? "kling-3.0" : "kling-2.6");
    };
  }

  /** Where the older dialect has tasks of its kind. */
  String product() {
    return images > 0 ? "/v1/images/generations" : "/v1/videos/text2video";
  }

  /**
   * @param externalId the caller's own, for those that are named
   */
  JsonObject body(String externalId) {
    return switch (door) {
      case OWN ->
          new JsonObject().put("kind", images > 0 ? "images" : "text2video").put("input", input());
      case OLDER -> input().mergeIn(named(externalId));
      case NEWER ->
          new JsonObject()
              .put("prompt", prompt())
              .put("settings", new JsonObject().put("duration", 5))
              .put("options", named(externalId));
    };
  }

  private JsonObject named(String externalId) {
    return isNamed() ? new JsonObject().put("external_task_id", externalId) : new JsonObject();
  }

  private JsonObject input() {
    JsonObject input = new JsonObject().put("prompt", prompt());
    return images > 0
        ? input.put("model_name", isOther() ? "kling-v3" : "kling-v2-1").put("n", images)
        : input.put("model_name", isOther() ? "kling-v3" : "kling-v2-6").put("duration", "5");
  }

  private String prompt() {
    return "a paper boat, take " + number;
  }

  private boolean isOther() {
    return number % 3 == 0;
  }
}
