package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.Uses.Use;
import dev.backlot.domain.net.WebAddress;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one member of an input may be. Checks fail with 400 and the JSON Pointer of the member. */
public interface FieldType {

  /**
   * @param pointer of the value in the request body
   * @throws BacklotException INVALID_REQUEST, saying what is allowed and never quoting the value
   */
  void check(String pointer, @Nullable Object value);

  /** In words, after "must be". */
  String allowed();

  /**
   * The value as the provider wants it: most as they are.
   *
   * @param value that was checked
   */
  default Object normal(Object value) {
    return value;
  }

  /**
   * What counts of a value from a client that may say more than anybody knows: the rest is passed
   * over, as the provider does (Kling reference, section 2.4).
   *
   * @param value unchecked
   */
  default Object known(Object value) {
    return value;
  }

  /**
   * What answers show of a value that was accepted: a file that was given itself, and not by its
   * address, is left out.
   *
   * @param value as it is stored
   * @return null when nothing is left
   */
  default @Nullable Object shown(Object value) {
    return value;
  }

  /**
   * Tells of every id in a value that an earlier job may have made.
   *
   * @param pointer of the value
   * @param value that was checked
   */
  default void uses(String pointer, Object value, Consumer<Use> found) {}

  /**
   * @param min characters; where some are needed, the provider takes white space for none
   * @param max characters
   */
  record Text(int min, int max) implements FieldType {
    @Override
    public void check(String pointer, @Nullable Object value) {
      require(value instanceof String text && isRight(text), pointer, this);
    }

    private boolean isRight(String text) {
      return text.length() >= min && text.length() <= max && (min == 0 || !text.isBlank());
    }

    @Override
    public String allowed() {
      return min == 0
          ? "a string of at most " + max + " characters"
          : "a string of " + min + " to " + max + " characters, not of white space alone";
    }
  }

  /** A clip, which the provider takes by its address only (sections 4.4 and 6.1). */
  record Video() implements FieldType {
    @Override
    public void check(String pointer, @Nullable Object value) {
      if (!(value instanceof String text)) {
        throw wrong(pointer, this);
      }
      WebAddress.problem(text)
          .ifPresent(
              problem -> {
                throw wrong(pointer, problem);
              });
    }

    @Override
    public Object normal(Object value) {
      return WebAddress.normal((String) value);
    }

    @Override
    public String allowed() {
      return "an http(s) address";
    }
  }

  record OneOf(List<String> values) implements FieldType {
    public OneOf {
      values = List.copyOf(values);
    }

    @Override
    public void check(String pointer, @Nullable Object value) {
      require(value instanceof String text && values.contains(text), pointer, this);
    }

    /** Some clients write the numbers among them as numbers (section 14, item 6). */
    @Override
    public Object known(Object value) {
      BigDecimal number = decimal(value);
      return number == null ? value : number.stripTrailingZeros().toPlainString();
    }

    @Override
    public String allowed() {
      return values.stream()
          .map(v -> '"' + v + '"')
          .collect(Collectors.joining(", ", "one of ", ""));
    }
  }

  record Flag() implements FieldType {
    @Override
    public void check(String pointer, @Nullable Object value) {
      require(value instanceof Boolean, pointer, this);
    }

    @Override
    public String allowed() {
      return "true or false";
    }
  }

  record Decimal(BigDecimal min, BigDecimal max) implements FieldType {
    @Override
    public void check(String pointer, @Nullable Object value) {
      BigDecimal number = decimal(value);
      require(
          number != null && number.compareTo(min) >= 0 && number.compareTo(max) <= 0,
          pointer,
          this);
    }

    @Override
    public String allowed() {
      return "a number between " + min + " and " + max;
    }
  }

  /**
   * @param words that may stand in place of a number
   */
  record Whole(long min, long max, List<String> words) implements FieldType {
    public Whole {
      words = List.copyOf(words);
    }

    @Override
    public void check(String pointer, @Nullable Object value) {
      require(value instanceof String word ? words.contains(word) : isRight(value), pointer, this);
    }

    private boolean isRight(@Nullable Object value) {
      return (value instanceof Integer || value instanceof Long)
          && ((Number) value).longValue() >= min
          && ((Number) value).longValue() <= max;
    }

    @Override
    public String allowed() {
      String number = "an integer between " + min + " and " + max;
      return words.isEmpty() ? number : number + ", or " + String.join(", ", words);
    }
  }

  /**
   * @param min elements
   * @param max elements
   */
  record ListOf(int min, int max, FieldType of) implements FieldType {
    @Override
    public void check(String pointer, @Nullable Object value) {
      if (!(value instanceof List<?> list) || list.size() < min || list.size() > max) {
        throw wrong(pointer, this);
      }
      for (int i = 0; i < list.size(); i++) {
        of.check(pointer + "/" + i, list.get(i));
      }
    }

    @Override
    public void uses(String pointer, Object value, Consumer<Use> found) {
      List<?> list = (List<?>) value;
      for (int i = 0; i < list.size(); i++) {
        of.uses(pointer + "/" + i, list.get(i), found);
      }
    }

    @Override
    public Object normal(Object value) {
      return ((List<?>) value).stream().map(of::normal).toList();
    }

    @Override
    public @Nullable Object shown(Object value) {
      List<Object> shown = new ArrayList<>();
      ((List<?>) value).forEach(each -> Optional.ofNullable(of.shown(each)).ifPresent(shown::add));
      return shown.isEmpty() ? null : shown;
    }

    @Override
    public Object known(Object value) {
      return value instanceof List<?> list
          ? list.stream().filter(Objects::nonNull).map(each -> of.known(each)).toList()
          : value;
    }

    @Override
    public String allowed() {
      return "an array of " + min + " to " + max + " elements";
    }
  }

  /**
   * @param required names among {@code members}
   */
  record Members(Map<String, FieldType> members, Set<String> required) implements FieldType {
    public Members {
      members = Map.copyOf(members);
      required = Set.copyOf(required);
    }

    /** Whether there can be such a thing; elements of lists are not looked for. */
    boolean has(Selector of) {
      @Nullable Members at = this;
      for (Selector.Step step : of.steps()) {
        FieldType found = at == null || step.each() ? null : at.members.get(step.name());
        if (found == null) {
          return false;
        }
        at = found instanceof Members inner ? inner : null;
      }
      return true;
    }

    /** The selector, or as much of its beginning as can be left out. */
    Selector optional(Selector of) {
      @Nullable Members at = this;
      for (int depth = 0; depth < of.steps().size(); depth++) {
        String name = of.steps().get(depth).name();
        if (at != null && depth > 0 && at.required.contains(name)) {
          return new Selector(of.steps().subList(0, depth));
        }
        at = at != null && at.members.get(name) instanceof Members inner ? inner : null;
      }
      return of;
    }

    @Override
    public void check(String pointer, @Nullable Object value) {
      if (!(value instanceof Map<?, ?> object)) {
        throw wrong(pointer, this);
      }
      for (Map.Entry<?, ?> member : object.entrySet()) {
        String name = String.valueOf(member.getKey());
        FieldType type = members.get(name);
        String inner = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
        if (type == null) {
          throw BacklotException.ofField(
              ErrorCode.INVALID_REQUEST,
              inner,
              inner + " is not a member here; allowed: " + names(members.keySet()) + ".");
        }
        type.check(inner, member.getValue());
      }
      members.forEach(
          (name, type) -> {
            if (required.contains(name) && !object.containsKey(name)) {
              throw missing(pointer + "/" + name, "must be " + type.allowed());
            }
          });
    }

    @Override
    public void uses(String pointer, Object value, Consumer<Use> found) {
      ((Map<?, ?>) value)
          .forEach(
              (name, member) ->
                  Objects.requireNonNull(members.get(String.valueOf(name)))
                      .uses(pointer + "/" + name, member, found));
    }

    @Override
    public Object normal(Object value) {
      Map<String, Object> normal = new LinkedHashMap<>();
      ((Map<?, ?>) value)
          .forEach(
              (name, member) ->
                  normal.put(
                      String.valueOf(name),
                      Objects.requireNonNull(members.get(String.valueOf(name))).normal(member)));
      return normal;
    }

    @Override
    public @Nullable Object shown(Object value) {
      Map<String, Object> shown = new LinkedHashMap<>();
      ((Map<?, ?>) value)
          .forEach(
              (name, member) ->
                  Optional.ofNullable(members.get(String.valueOf(name)))
                      .map(type -> type.shown(member))
                      .ifPresent(left -> shown.put(String.valueOf(name), left)));
      return shown.isEmpty() ? null : shown;
    }

    /** Without what nobody knows, and without what says nothing: null, and what is empty. */
    @Override
    public Object known(Object value) {
      if (!(value instanceof Map<?, ?> object)) {
        return value;
      }
      Map<String, Object> known = new LinkedHashMap<>();
      members.forEach(
          (name, type) -> {
            Object member = object.get(name);
            Object counts = member == null ? null : type.known(member);
            if (!saysNothing(counts)) {
              known.put(name, counts);
            }
          });
      return known;
    }

    private static boolean saysNothing(@Nullable Object value) {
      return value == null
          || value.equals("")
          || (value instanceof List<?> list && list.isEmpty())
          || (value instanceof Map<?, ?> object && object.isEmpty());
    }

    @Override
    public String allowed() {
      return "an object with " + names(members.keySet());
    }
  }

  /**
   * One of several objects, told apart by one of their members.
   *
   * @param by the member that tells
   * @param cases by its value; each lists {@code by} among its members
   */
  record Tagged(String by, Map<String, Members> cases) implements FieldType {
    public Tagged {
      cases = Map.copyOf(cases);
    }

    @Override
    public void check(String pointer, @Nullable Object value) {
      if (!(value instanceof Map<?, ?> object)) {
        throw wrong(pointer, this);
      }
      Members members =
          object.get(by) instanceof String tag && cases.containsKey(tag) ? cases.get(tag) : null;
      if (members == null) {
        String inner = pointer + "/" + by;
        throw BacklotException.ofField(
            ErrorCode.INVALID_REQUEST,
            inner,
            inner + " must be one of " + names(cases.keySet()) + ".");
      }
      members.check(pointer, value);
    }

    @Override
    public void uses(String pointer, Object value, Consumer<Use> found) {
      Object tag = ((Map<?, ?>) value).get(by);
      Objects.requireNonNull(cases.get(String.valueOf(tag))).uses(pointer, value, found);
    }

    @Override
    public Object normal(Object value) {
      Object tag = ((Map<?, ?>) value).get(by);
      return Objects.requireNonNull(cases.get(String.valueOf(tag))).normal(value);
    }

    @Override
    public @Nullable Object shown(Object value) {
      Object tag = ((Map<?, ?>) value).get(by);
      return Objects.requireNonNull(cases.get(String.valueOf(tag))).shown(value);
    }

    @Override
    public Object known(Object value) {
      Members members =
          value instanceof Map<?, ?> object && object.get(by) instanceof String tag
              ? cases.get(tag)
              : null;
      return members == null ? value : members.known(value);
    }

    @Override
    public String allowed() {
      return "an object whose " + by + " is one of " + names(cases.keySet());
    }
  }

  static @Nullable BigDecimal decimal(@Nullable Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof BigInteger integer) {
      return new BigDecimal(integer);
    }
    return value instanceof Integer || value instanceof Long
        ? BigDecimal.valueOf(((Number) value).longValue())
        : null;
  }

  static BacklotException missing(String pointer, String allowed) {
    return BacklotException.ofField(
        ErrorCode.INVALID_REQUEST, pointer, pointer + " is missing: " + allowed + ".");
  }

  static void require(boolean right, String pointer, FieldType type) {
    if (!right) {
      throw wrong(pointer, type);
    }
  }

  private static BacklotException wrong(String pointer, FieldType type) {
    return wrong(pointer, type.allowed());
  }

  private static BacklotException wrong(String pointer, String allowed) {
    return BacklotException.ofField(
        ErrorCode.INVALID_REQUEST, pointer, pointer + " must be " + allowed + ".");
  }

  private static String names(Set<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }
}
