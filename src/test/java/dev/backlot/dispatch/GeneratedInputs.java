package dev.backlot.dispatch;

import static dev.backlot.dispatch.FieldValues.list;
import static dev.backlot.dispatch.FieldValues.map;
import static dev.backlot.dispatch.FieldValues.text;
import static dev.backlot.dispatch.FieldValues.texts;

import dev.backlot.config.CatalogTree;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Inputs for every kind and model of the capabilities file, in the form of that file. */
final class GeneratedInputs {
  private final Map<String, Object> file = CatalogTree.capabilities();
  private final FieldValues values;

  GeneratedInputs(long seed, Map<String, String> made) {
    this.values = new FieldValues(new Random(seed), made);
  }

  /**
   * @param beside the model, where the input does not name it
   */
  record Case(String kind, String model, @Nullable String beside, JsonObject input) {
    @Override
    public String toString() {
      return kind + " " + model + " " + input.encode();
    }
  }

  /** Models by kind. */
  Map<String, List<String>> models() {
    Map<String, List<String>> models = new LinkedHashMap<>();
    map(file.get("kinds"))
        .forEach(
            (name, kind) -> models.put(name, List.copyOf(map(map(kind).get("models")).keySet())));
    return models;
  }

  Case next(String kindName, String model) {
    Map<String, Object> kind = map(map(file.get("kinds")).get(kindName));
    Map<String, Object> members = new LinkedHashMap<>();
    texts(kind, "fields").forEach(set -> members.putAll(map(map(file.get("fields")).get(set))));
    JsonObject input = values.object(members, List.of());
    Map<String, Object> able = map(map(kind.get("models")).get(model));
    put(input, kind, "mode", list(able, "modes"));
    put(input, kind, "seconds", list(able, "durations"));
    String named = text(map(kind.get("model")), "at");
    if (!named.isEmpty()) {
      input.put(named, model);
    }
    if (input.containsKey("shot_type") && values.chance(0.5)) {
      tellShots(input);
      tellNoMore(input);
    }
    addParts(kind, input);
    return new Case(kindName, model, named.isEmpty() ? model : null, input);
  }

  /** What a text must have in it, which chance would never write. */
  private void addParts(Map<String, Object> kind, JsonObject input) {
    for (Object rule : list(kind, "rules")) {
      String name = text(map(rule), "contains");
      if (input.getValue(name) instanceof String words && values.chance(0.95)) {
        input.put(name, text(map(rule), "text") + words);
      }
    }
  }

  /** What the model can do, most of the times. */
  private void put(
      JsonObject input, Map<String, Object> kind, String choice, List<Object> possible) {
    String at = text(map(kind.get(choice)), "at");
    String[] path = at.split("/", -1);
    String name = path[path.length - 1];
    JsonObject holder = path.length == 1 ? input : input.getJsonObject(path[0]);
    if (at.isEmpty() || holder == null || !holder.containsKey(name) || values.chance(0.1)) {
      return;
    }
    if (possible.isEmpty()) {
      holder.remove(name);
      return;
    }
    Object value = values.oneOf(possible);
    boolean whole = holder.getValue(name) instanceof Integer && path.length > 1;
    holder.put(name, whole ? Integer.valueOf(String.valueOf(value)) : values.choice(value));
  }

  /** Shots that add up, which chance would never find. */
  private void tellShots(JsonObject input) {
    int seconds = Integer.parseInt(String.valueOf(input.getValue("duration", "5")));
    JsonArray shots = new JsonArray();
    shots.add(shot(1, 1)).add(shot(2, seconds - 1));
    input.put("multi_shot", true).put("shot_type", "customize").put("multi_prompt", shots);
  }

  /** Shots that do not count, or words that need not be there, or both at once. */
  private void tellNoMore(JsonObject input) {
    if (values.chance(0.3)) {
      input.put("multi_shot", false);
    } else if (values.chance(0.15)) {
      input.remove("multi_shot");
    }
    if (values.chance(0.5)) {
      input.remove("prompt");
    }
  }

  private JsonObject shot(int index, int seconds) {
    return new JsonObject()
        .put("index", index)
        .put("prompt", "a boat")
        .put("duration", values.choice(seconds));
  }
}
