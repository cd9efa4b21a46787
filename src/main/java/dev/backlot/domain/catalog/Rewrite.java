package dev.backlot.domain.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How one value is said in another form. Empty when it cannot be. */
public sealed interface Rewrite {
  Optional<Object> of(Object value);

  /** As it is, whatever it is. */
  record Same() implements Rewrite {
    @Override
    public Optional<Object> of(Object value) {
      return Optional.of(value);
    }
  }

  /**
   * A text as it is, when it is short enough and means the same there. One that is stored apart is
   * an object which tells its length.
   *
   * @param most characters
   * @param without what it must not have in it, for example the sign of a reference
   */
  record Brief(int most, List<String> without) implements Rewrite {
    private static final String LENGTH = "length";

    public Brief {
      without = List.copyOf(without);
    }

    @Override
    public Optional<Object> of(Object value) {
      if (value instanceof Map<?, ?> apart) {
        return without.isEmpty()
                && apart.get(LENGTH) instanceof Number length
                && length.longValue() <= most
            ? Optional.of(value)
            : Optional.empty();
      }
      return value instanceof String text
              && text.length() <= most
              && without.stream().noneMatch(text::contains)
          ? Optional.of(text)
          : Optional.empty();
    }
  }

  /** What the values of a setting are there: other words, or the same ones. */
  enum Form {
    TEXT,
    WHOLE,
    FLAG
  }

  /**
   * A setting.
   *
   * @param values theirs by ours; empty when they are the same
   * @param as the JSON type that it has there
   */
  record Words(Map<String, String> values, Form as) implements Rewrite {
    public Words {
      values = Map.copyOf(values);
    }

    @Override
    public Optional<Object> of(Object value) {
      String ours = String.valueOf(value);
      String theirs = values.isEmpty() ? ours : values.get(ours);
      if (theirs == null) {
        return Optional.empty();
      }
      return switch (as) {
        case TEXT -> Optional.of(theirs);
        case WHOLE -> whole(theirs);
        case FLAG -> Optional.of(Boolean.valueOf(theirs));
      };
    }

    private static Optional<Object> whole(String text) {
      try {
        return Optional.of(Integer.valueOf(text));
      } catch (NumberFormatException notWhole) {
        return Optional.empty();
      }
    }
  }
}
