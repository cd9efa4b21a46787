package dev.backlot.domain.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a job uses of earlier ones, as the provider names it: only the account that made it knows
 * it, so no other may run the job.
 *
 * @param account that made all of it
 * @param ids the provider's ids, by where the input names them as a JSON pointer
 */
public record Pinned(String account, Map<String, String> ids) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  public Pinned {
    ids = Map.copyOf(ids);
  }

  /**
   * An input with these ids in the places of ours.
   *
   * @param input JSON; not changed
   */
  public Map<String, Object> in(Map<String, ?> input) {
    Map<String, Object> copy = new LinkedHashMap<>();
    input.forEach((name, member) -> copy.put(name, pinned("/" + name, member)));
    return copy;
  }

  private Object pinned(String pointer, Object value) {
    if (value instanceof Map<?, ?> object) {
      Map<String, Object> copy = new LinkedHashMap<>();
      object.forEach(
          (name, member) -> copy.put(String.valueOf(name), pinned(pointer + "/" + name, member)));
      return copy;
    }
    if (value instanceof List<?> array) {
      List<Object> copy = new ArrayList<>();
      array.forEach(element -> copy.add(pinned(pointer + "/" + copy.size(), element)));
      return copy;
    }
    String id = ids.get(pointer);
    if (id == null) {
      return value;
    }
    return value instanceof Number && NUMBER.matcher(id).matches() ? (Object) Long.valueOf(id) : id;
  }
}
