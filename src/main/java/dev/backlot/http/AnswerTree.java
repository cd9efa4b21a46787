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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the provider's answer to a call says that tenants must not see, or see as ours: its ids and
 * its addresses (promise P7). Pure.
 */
public final class AnswerTree {
  /** Ids come first, so that each of them has one of ours: see {@link OutputId}. */
  private static final int MOST_IDS = 10;

  private static final int MOST_FILES = 200;
  private static final Pattern INDEX = Pattern.compile("/[0-9]+(?=/|$)");
  private static final Pattern INDICES = Pattern.compile("[0-9]+");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

  private AnswerTree() {}

  /** What an answer names: ids that later jobs and calls take, then files, by where they stand. */
  public static List<Output> outputs(CallKind kind, JsonObject data) {
    Set<String> ends = ends(kind.makes().keySet());
    List<Output> ids = new ArrayList<>();
    List<String> files = new ArrayList<>();
    AnswerWalk.each(
        data,
        (in, step, value) -> {
          Made made = ends.contains(end(step)) ? made(kind, AnswerWalk.place(in, step)) : null;
          if (made != null && isId(value) && ids.size() < MOST_IDS) {
            String place = AnswerWalk.place(in, step) + "/";
            String theirs = String.valueOf(value);
            ids.add(new Output(ids.size(), made.text(), null, false, place, theirs, null));
          } else if (isAddress(value) && files.size() < MOST_FILES) {
            String place = AnswerWalk.place(in, step);
            if (isKeepable(place)) {
              files.add(place);
            }
          }
        });
    for (String file : files) {
      ids.add(new Output(ids.size(), "file", null, false, file, null, null));
    }
    return List.copyOf(ids);
  }

  /** The last steps of patterns. Masks are very many numbers: where they stand is never made. */
  private static Set<String> ends(Set<String> patterns) {
    return patterns.stream()
        .map(pattern -> pattern.substring(pattern.lastIndexOf('/') + 1))
        .collect(Collectors.toSet());
  }

  private static String end(Object step) {
    return step instanceof String member ? member : "*";
  }

  private static @Nullable Made made(CallKind kind, String place) {
    return kind.makes().get(INDEX.matcher(place).replaceAll("/*"));
  }

  private static boolean isId(@Nullable Object value) {
    return value instanceof Integer
        || value instanceof Long
        || (value instanceof String text
            && !text.isBlank()
            && text.length() <= 128
            && isKeepable(text));
  }

  private static boolean isKeepable(String text) {
    return text.chars().noneMatch(Character::isISOControl);
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
    Map<Object, String> names = new HashMap<>();
    pinned
        .ids()
        .forEach(
            (pointer, theirs) -> {
              String name = uses.getOrDefault(pointer, "");
              if (!name.isEmpty()) {
                names.put(theirs, name);
                number(theirs).ifPresent(id -> names.put(id, name));
              }
            });
    return AnswerWalk.copy(data, (in, step, value) -> name(names, value));
  }

  /** Of an id that an answer may have as a number. */
  private static Optional<Long> number(String id) {
    return NUMBER.matcher(id).matches() ? Optional.of(Long.valueOf(id)) : Optional.empty();
  }

  private static @Nullable Object name(Map<Object, String> names, @Nullable Object value) {
    Object id = value instanceof Integer number ? Long.valueOf(number) : value;
    String name = id instanceof String || id instanceof Long ? names.get(id) : null;
    return name == null ? value : name;
  }

  /**
   * The answer as its tenant sees it.
   *
   * @param url of the file with this number
   */
  static JsonObject shown(CallAnswer.Made of, JsonObject data, FileUrls url) {
    Map<String, Output> outputs = new HashMap<>();
    of.call().outputs().forEach(output -> outputs.put(plain(output.place()), output));
    Set<String> ends = ends(outputs.keySet());
    boolean haveElements = ends.stream().anyMatch(end -> INDICES.matcher(end).matches());
    return AnswerWalk.copy(
        data,
        (in, step, value) -> {
          boolean mayBeOne = step instanceof String ? ends.contains(step) : haveElements;
          Output output = mayBeOne ? outputs.get(AnswerWalk.place(in, step)) : null;
          if (output != null) {
            return output.isFile() ? url.of(output.n()) : id(of.call().number(), output.n(), value);
          }
          return own(of, step, value);
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
  private static @Nullable Object own(CallAnswer.Made of, Object step, @Nullable Object value) {
    return switch (end(step)) {
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
        AnswerWalk.copyOf(
            data,
            (in, step, value) -> {
              boolean owner = step.equals("owned_by") && !"kling".equals(value);
              return owner || isAddress(value) ? null : value;
            });
    return shown == null ? new JsonObject() : shown;
  }

  /** Where a file of a call can be fetched from. */
  @FunctionalInterface
  public interface FileUrls {
    String of(int n);
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
