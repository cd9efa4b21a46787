package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files that a task made, in the order in which we number them: {@code task_result} of the
 * legacy dialect, {@code outputs} of the newer one (Kling reference, section 3).
 */
final class KlingFiles {
  private static final Set<String> TYPES = Set.of("video", "image", "audio");

  private KlingFiles() {}

  /**
   * @param type {@code video}, {@code image} or {@code audio}
   */
  record File(String type, JsonNode node) {}

  static List<File> of(JsonNode task) {
    List<File> files = new ArrayList<>();
    task.path("task_result").path("videos").forEach(node -> add(files, "video", node));
    task.path("task_result").path("images").forEach(node -> add(files, "image", node));
    task.path("outputs").forEach(node -> add(files, node.path("type").asText(), node));
    return files;
  }

  private static void add(List<File> files, String type, JsonNode node) {
    if (TYPES.contains(type)) {
      files.add(new File(type, node));
    }
  }
}
