package dev.backlot.domain.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question to an input, written {@code a & !b & c/d=value}: each term must hold. A term without a
 * value asks whether the member is there.
 */
public record Probe(List<Term> terms) {
  public Probe {
    terms = List.copyOf(terms);
  }

  public static Probe parse(String text) {
    return new Probe(Arrays.stream(text.split("&", -1)).map(Term::parse).toList());
  }

  public boolean holds(Map<?, ?> input) {
    for (Term term : terms) {
      if (!term.holds(input)) {
        return false;
      }
    }
    return true;
  }

  /** The member that an answer about this probe points to: relative, without a leading slash. */
  public String field() {
    return String.join("/", terms.get(0).path());
  }

  /**
   * @param value null when the member only has to be there
   */
  public record Term(List<String> path, @Nullable String value, boolean negated) {
    static Term parse(String text) {
      String bare = text.strip();
      boolean negated = bare.startsWith("!");
      String[] parts = (negated ? bare.substring(1) : bare).split("=", 2);
      if (parts[0].isBlank()) {
        throw new IllegalArgumentException("a term needs a member: " + text);
      }
      return new Term(
          List.of(parts[0].split("/", -1)), parts.length == 1 ? null : parts[1], negated);
    }

    boolean holds(Map<?, ?> input) {
      return found(input) != negated;
    }

    private boolean found(Map<?, ?> input) {
      Object at = input;
      for (String step : path) {
        if (!(at instanceof Map<?, ?> object)) {
          return false;
        }
        at = object.get(step);
      }
      return value == null ? at != null : value.equals(String.valueOf(at));
    }
  }
}
