package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a task made, in the order in which we number it: {@code task_result} of the legacy dialect,
 * {@code outputs} of the newer one (Kling reference, section 3). A result says itself what it is,
 * so nothing here knows of kinds.
 */
final class KlingFiles {
  private static final String URL = "url";
  private static final String ID = "id";
  private static final String NAME = "name";
  private static final String DURATION = "duration";
  private static final List<String> FORMATS = List.of("mp3", "wav");
  private static final List<String> VIEWS = List.of("url_1", "url_2", "url_3");

  private KlingFiles() {}

  /**
   * One file, or one thing.
   *
   * @param type {@code video}, {@code image}, {@code audio}, {@code voice} or {@code element}
   * @param place its list in the legacy dialect, which of that, and the member of its address there
   * @param url the member of {@code node} that has its address; empty for what is no file
   * @param duration likewise
   * @param id likewise
   * @param name likewise
   */
  record File(
      String type,
      JsonNode node,
      String place,
      String url,
      String duration,
      String id,
      String name) {}

  static List<File> of(JsonNode task) {
    Reading reading = new Reading();
    JsonNode result = task.path("task_result");
    reading.all(result, "videos");
    reading.all(result, "images");
    reading.all(result, "series_images");
    reading.all(result, "audios");
    reading.all(result, "voices");
    reading.all(result, "elements");
    task.path("outputs").forEach(reading::typed);
    return reading.files;
  }

  private static final class Reading {
    private final List<File> files = new ArrayList<>();
    private final Map<String, Integer> typed = new HashMap<>();

    private void all(JsonNode result, String list) {
      int index = 0;
      for (JsonNode node : result.path(list)) {
        legacy(node, list, list + "/" + index++ + "/");
      }
    }

    private void legacy(JsonNode node, String list, String place) {
      switch (list) {
        case "videos" -> file("video", node, place, URL, DURATION, ID, "");
        case "audios" -> {
          if (!formats(node, place, "url_", "", "duration_", "")) {
            file("audio", node, place, URL, DURATION, ID, "");
          }
        }
        case "voices" ->
            file("voice", node, place, "trial_url", DURATION, "voice_id", "voice_name");
        case "elements" -> thing("element", node, place, "element_id", "element_name");
        default -> images(node, place);
      }
    }

    /** Several views of one thing, or one image. */
    private void images(JsonNode node, String place) {
      if (VIEWS.stream().noneMatch(node::has)) {
        file("image", node, place, URL, "", "", "");
        return;
      }
      VIEWS.stream()
          .filter(node::has)
          .forEach(view -> file("image", node, place, view, "", "", ""));
    }

    /** An output of the newer dialect. */
    private void typed(JsonNode node) {
      String type = node.path("type").asText();
      String place = type + "s/" + (typed.merge(type, 1, Integer::sum) - 1) + "/";
      switch (type) {
        case "video" -> file(type, node, place, URL, DURATION, ID, "");
        case "image" -> file(type, node, place, URL, "", "", "");
        case "audio" -> {
          if (!formats(node, place, "", "_url", "", "_duration")) {
            file(type, node, place, URL, DURATION, ID, "");
          }
        }
        case "voice" ->
            files.add(new File(type, node, place + "trial_url", URL, DURATION, ID, NAME));
        case "element" -> thing(type, node, place, ID, NAME);
        default -> {}
      }
    }

    /** The same sound in several formats. */
    private boolean formats(
        JsonNode node, String place, String before, String after, String start, String end) {
      boolean any = false;
      for (String format : FORMATS) {
        String url = before + format + after;
        if (node.has(url)) {
          String duration = start + format + end;
          files.add(new File("audio", node, place + "url_" + format, url, duration, ID, ""));
          any = true;
        }
      }
      return any;
    }

    private void file(
        String type,
        JsonNode node,
        String place,
        String url,
        String duration,
        String id,
        String name) {
      files.add(new File(type, node, place + url, url, duration, id, name));
    }

    private void thing(String type, JsonNode node, String place, String id, String name) {
      files.add(new File(type, node, place, "", "", id, name));
    }
  }
}
