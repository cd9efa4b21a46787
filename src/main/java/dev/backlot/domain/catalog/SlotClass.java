package dev.backlot.domain.catalog;

/**
 * The unit in which the provider counts tasks in flight (Kling reference, section 9).
 *
 * @param model the model version
 * @param pack the resource-pack type
 */
public record SlotClass(String model, String pack) {
  /** The opposite of {@link #text}. */
  public static SlotClass parse(String text) {
    int slash = text.lastIndexOf('/');
    return slash < 0
        ? new SlotClass(text, "")
        : new SlotClass(text.substring(0, slash), text.substring(slash + 1));
  }

  /** As the database and metrics name it, for example {@code kling-v2-6/video}. */
  public String text() {
    return model + "/" + pack;
  }
}
