package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one member of a body may be, as the products file says it. */
interface Shape {
  /** Throws a {@link Refusal}. The member is there. */
  void check(Fields in, String name, Library library);

  record Text(int most) implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      in.text(name, most);
    }
  }

  /** A text, or a whole number. */
  record AnyText(int most) implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      if (in.anyText(name).length() > most) {
        throw Refusal.value(in.at(name) + " must not exceed " + most + " characters");
      }
    }
  }

  /**
   * @param bytes of what is given itself
   */
  record File(int bytes) implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      in.image(name, bytes);
    }
  }

  record Address() implements Shape {
    private static final int MOST = 2_048;

    @Override
    public void check(Fields in, String name, Library library) {
      if (!Fields.isAddress(in.text(name, MOST))) {
        throw Refusal.value(in.at(name) + " must be an http or https address");
      }
    }
  }

  record OneOf(Set<String> words) implements Shape {
    private static final int MOST = 64;

    @Override
    public void check(Fields in, String name, Library library) {
      String word = in.text(name, MOST);
      if (!words.contains(word)) {
        throw Refusal.value(in.at(name) + "(" + word + ") is not supported");
      }
    }
  }

  /**
   * @param words that may stand in place of a number
   */
  record Range(double least, double most, boolean whole, Set<String> words) implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      Object value = in.value(name);
      if (value instanceof String word && words.contains(word)) {
        return;
      }
      boolean right = whole ? value instanceof Integer || value instanceof Long : value != null;
      if (!right
          || !(value instanceof Number number)
          || number.doubleValue() < least
          || number.doubleValue() > most) {
        throw Refusal.value(in.at(name) + " must be between " + least + " and " + most);
      }
    }
  }

  record Flag() implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      in.flag(name);
    }
  }

  /**
   * What a task of this account has made.
   *
   * @param presets whether it may also be what everybody has
   */
  record Id(String of, boolean presets) implements Shape {
    private static final int MOST = 64;

    @Override
    public void check(Fields in, String name, Library library) {
      String id = in.anyText(name);
      if (id.isEmpty() || id.length() > MOST) {
        throw Refusal.value(in.at(name) + " is invalid");
      }
      Task made = library.made(id);
      if (made == null ? !presets : !made.request().product().makes().has(of)) {
        throw Refusal.value(of + " not found by id: " + id);
      }
    }
  }

  /**
   * @param required names among {@code members}
   */
  record Members(Map<String, Shape> members, Set<String> required) implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      check(in.object(name), library);
    }

    /** What nobody reads is passed over, as the real service does. */
    void check(Fields object, Library library) {
      members.forEach(
          (name, shape) -> {
            if (object.isGiven(name)) {
              shape.check(object, name, library);
            } else if (required.contains(name)) {
              throw Refusal.value(object.at(name) + " must not be empty");
            }
          });
    }
  }

  record Many(int least, int most, Shape of) implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      JsonArray list = in.array(name);
      if (list.size() < least || list.size() > most) {
        throw Refusal.value(in.at(name) + " must hold " + least + " to " + most);
      }
      for (Object element : list) {
        if (of instanceof Members members) {
          members.check(object(in, name, element), library);
        } else {
          of.check(new Fields(new JsonObject().put(name, element)), name, library);
        }
      }
    }
  }

  /**
   * Objects that one of their members tells apart.
   *
   * @param by that member
   */
  record Tagged(int least, int most, String by, Map<String, Members> cases) implements Shape {
    @Override
    public void check(Fields in, String name, Library library) {
      JsonArray list = in.array(name);
      if (list.size() < least || list.size() > most) {
        throw Refusal.value(in.at(name) + " must hold " + least + " to " + most + " elements");
      }
      Set<String> ids = new HashSet<>();
      for (Object element : list) {
        Fields object = object(in, name, element);
        Members members = cases.get(object.lenient(by));
        if (members == null) {
          throw Refusal.value(in.at(name) + "(" + object.lenient(by) + ") is not supported");
        }
        members.check(object, library);
        String id = object.lenient("id");
        if (!id.isEmpty() && !ids.add(id)) {
          throw Refusal.value(in.at(name) + ".id(" + id + ") is not unique");
        }
      }
    }
  }

  private static Fields object(Fields in, String list, @Nullable Object element) {
    if (element instanceof JsonObject json) {
      return new Fields(json, in.at(list) + ".");
    }
    throw Refusal.value(in.at(list) + " must hold objects");
  }

  /** Members by name; a name that ends with {@code !} must be there. */
  static Members members(Map<?, ?> file) {
    Map<String, Shape> members = new LinkedHashMap<>();
    Set<String> required = new HashSet<>();
    file.forEach(
        (key, said) -> {
          String name = String.valueOf(key);
          boolean needed = name.endsWith("!");
          String bare = needed ? name.substring(0, name.length() - 1) : name;
          members.put(bare, of(said));
          if (needed) {
            required.add(bare);
          }
        });
    return new Members(members, required);
  }

  private static Shape of(@Nullable Object said) {
    if (!(said instanceof Map<?, ?> map)) {
      return word(List.of(String.valueOf(said).split(" ")));
    }
    if (map.get("object") instanceof Map<?, ?> object) {
      return members(object);
    }
    String[] range = String.valueOf(map.get("list")).split("[.][.]");
    int least = Integer.parseInt(range[0]);
    int most = Integer.parseInt(range[1]);
    if (map.get("cases") instanceof Map<?, ?> cases) {
      Map<String, Members> byTag = new LinkedHashMap<>();
      cases.forEach((tag, of) -> byTag.put(String.valueOf(tag), members((Map<?, ?>) of)));
      return new Tagged(least, most, String.valueOf(map.get("by")), byTag);
    }
    Object of = map.get("of");
    return new Many(least, most, of instanceof Map<?, ?> members ? members(members) : of(of));
  }

  private static Shape word(List<String> words) {
    return switch (words.get(0)) {
      case "text" -> new Text(Integer.parseInt(words.get(1)));
      case "any-text" -> new AnyText(Integer.parseInt(words.get(1)));
      case "image", "sound" -> new File(Integer.parseInt(words.get(1)) << 20);
      case "address" -> new Address();
      case "flag" -> new Flag();
      case "one-of" -> new OneOf(Set.copyOf(words.subList(1, words.size())));
      case "id" -> new Id(words.get(1), words.contains("preset"));
      case "number", "whole" -> range(words);
      default -> throw new IllegalArgumentException("no such shape: " + words);
    };
  }

  private static Shape range(List<String> words) {
    String[] ends = words.get(1).split("[.][.]");
    return new Range(
        Double.parseDouble(ends[0]),
        Double.parseDouble(ends[1]),
        words.get(0).equals("whole"),
        words.size() > 2 ? Set.copyOf(words.subList(3, words.size())) : Set.of());
  }
}
