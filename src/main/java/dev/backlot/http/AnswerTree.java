package dev.backlot.http;

import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.catalog.Made;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import dev.backlot.domain.job.Pinned;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the provider's answer to a call says that tenants must not see, or see as ours: its ids and
 * its addresses (promise P7). Pure.
 */
public final class AnswerTree {
  /** Ids come first, so that each of them has one of ours. */
  private static final int MOST_IDS = 10;

  private static final int MOST_FILES = 200;
  private static final int DEEPEST = 20;

  private AnswerTree() {}

  /** What an answer names: ids that later jobs and calls take, then files, by where they stand. */
  public static List<Output> outputs(CallKind kind, JsonObject data) {
    List<Output> ids = new ArrayList<>();
    List<String> files = new ArrayList<>();
    replaced(
        data,
        (place, value) -> {
          Made made = made(kind, place);
          if (made != null && isId(value) && ids.size() < MOST_IDS) {
            ids.add(
                new Output(
                    ids.size(),
                    made.text(),
                    null,
                    false,
                    place + "/",
                    String.valueOf(value),
                    null));
          } else if (isAddress(value) && files.size() < MOST_FILES) {
            files.add(place);
          }
          return value;
        });
    for (String file : files) {
      ids.add(new Output(ids.size(), "file", null, false, file, null, null));
    }
    return List.copyOf(ids);
  }

  /**
   * Masks are lists of very many numbers: what no pattern ends with is not compared any further.
   */
  private static @Nullable Made made(CallKind kind, String place) {
    String member = place.substring(place.lastIndexOf('/') + 1);
    if (kind.makes().keySet().stream().noneMatch(pattern -> pattern.endsWith(member))) {
      return null;
    }
    String pattern = place.replaceAll("/[0-9]+(?=/|$)", "/*");
    return kind.makes().get(pattern);
  }

  private static boolean isId(@Nullable Object value) {
    return value instanceof Integer
        || value instanceof Long
        || (value instanceof String text
            && !text.isBlank()
            && text.length() <= 128
            // Could not be kept.
            && text.chars().noneMatch(Character::isISOControl));
  }

  private static boolean isAddress(@Nullable Object value) {
    return value instanceof String text
        && (text.regionMatches(true, 0, "http://", 0, 7)
            || text.regionMatches(true, 0, "https://", 0, 8));
  }

  /**
   * The answer with the ids that its caller has named as the caller named them.
   *
   * @param uses the caller's ids, by where the input has them
   */
  public static JsonObject named(
      JsonObject data, @Nullable Pinned pinned, Map<String, String> uses) {
    if (pinned == null) {
      return data;
    }
    Map<String, String> names = new HashMap<>();
    pinned.ids().forEach((pointer, theirs) -> names.put(theirs, uses.getOrDefault(pointer, "")));
    return replaced(
        data,
        (place, value) ->
            value instanceof String || value instanceof Number
                ? names.getOrDefault(String.valueOf(value), "").isEmpty()
                    ? value
                    : names.get(String.valueOf(value))
                : value);
  }

  /**
   * The answer as its tenant sees it.
   *
   * @param url of the file with this number
   */
  static JsonObject shown(CallAnswer.Made of, JsonObject data, FileUrls url) {
    Map<String, Output> outputs = new HashMap<>();
    of.call().outputs().forEach(output -> outputs.put(plain(output.place()), output));
    return replaced(
        data,
        (place, value) -> {
          Output output = outputs.get(place);
          if (output != null) {
            return output.isFile() ? url.of(output.n()) : id(of.call().number(), output.n(), value);
          }
          return own(of, place, value);
        });
  }

  private static String plain(String place) {
    return place.endsWith("/") ? place.substring(0, place.length() - 1) : place;
  }

  private static @Nullable Object id(long number, int n, @Nullable Object theirs) {
    String id = OutputId.of(number, n).map(OutputId::text).orElse(null);
    return id != null && theirs instanceof Number ? (Object) Long.valueOf(id) : id;
  }

  /** Members that every answer may have, and addresses beyond what is counted. */
  private static @Nullable Object own(CallAnswer.Made of, String place, @Nullable Object value) {
    String name = place.substring(place.lastIndexOf('/') + 1);
    return switch (name) {
      case "task_id" -> String.valueOf(of.call().number());
      case "owned_by" -> "kling".equals(value) ? value : of.call().tenant().toString();
      case "final_unit_deduction", "quota", "list_price" -> CallJson.charged(of.call());
      default -> isAddress(value) ? null : value;
    };
  }

  /**
   * What everybody may see of an answer that is no tenant's: without addresses, and without who
   * owns what.
   *
   * @param data an object or a list
   */
  public static Object common(Object data) {
    Object shown =
        replaced(
            "",
            data,
            (place, value) -> {
              boolean owner = place.endsWith("/owned_by") && !"kling".equals(value);
              return owner || isAddress(value) ? null : value;
            },
            0);
    return shown == null ? new JsonObject() : shown;
  }

  /** Where a file of a call can be fetched from. */
  @FunctionalInterface
  public interface FileUrls {
    String of(int n);
  }

  /** A copy, with each value that is no object and no list in the place of another. */
  private static JsonObject replaced(
      JsonObject data, BiFunction<String, @Nullable Object, @Nullable Object> with) {
    JsonObject copy = new JsonObject();
    data.forEach(
        member -> copy.put(member.getKey(), replaced(member.getKey(), member.getValue(), with, 0)));
    return copy;
  }

  private static @Nullable Object replaced(
      String place,
      @Nullable Object value,
      BiFunction<String, @Nullable Object, @Nullable Object> with,
      int depth) {
    if (depth > DEEPEST) {
      return null;
    }
    if (value instanceof JsonObject object) {
      JsonObject copy = new JsonObject();
      object.forEach(
          member ->
              copy.put(
                  member.getKey(),
                  replaced(place + "/" + member.getKey(), member.getValue(), with, depth + 1)));
      return copy;
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      for (Object element : array) {
        copy.add(replaced(place + "/" + copy.size(), element, with, depth + 1));
      }
      return copy;
    }
    return with.apply(place, value);
  }

  /** The value at a place; null when there is none. */
  static @Nullable Object at(JsonObject data, String place) {
    Object at = data;
    for (String step : place.split("/", -1)) {
      if (at instanceof JsonObject object) {
        at = object.getValue(step);
      } else if (at instanceof JsonArray array
          && step.matches("[0-9]{1,6}")
          && Integer.parseInt(step) < array.size()) {
        at = array.getValue(Integer.parseInt(step));
      } else {
        return null;
      }
    }
    return at;
  }
}
