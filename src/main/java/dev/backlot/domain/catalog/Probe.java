package dev.backlot.domain.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question to an input, written {@code a & !b & c/d=value}: each term must hold. A term without a
 * value asks whether there is something, one with several ({@code a=x|y}) whether it is one of
 * them. What stands left of the sign is a {@link Selector}.
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
    return terms.get(0).of().field();
  }

  /** As a request says it: {@code image_tail without image}, or {@code sound on}. */
  String inWords() {
    StringBuilder words = new StringBuilder();
    for (Term term : terms) {
      String joint = term.negated() ? " without " : " and ";
      words.append(words.isEmpty() ? "" : joint).append(term.inWords());
    }
    return words.toString();
  }

  /**
   * @param value null when something only has to be there
   */
  public record Term(Selector of, @Nullable String value, boolean negated) {
    static Term parse(String text) {
      String bare = text.strip();
      boolean negated = bare.startsWith("!");
      String positive = negated ? bare.substring(1) : bare;
      int equals = positive.lastIndexOf('=');
      boolean compares = equals > positive.lastIndexOf(']');
      return new Term(
          Selector.parse(compares ? positive.substring(0, equals) : positive),
          compares ? positive.substring(equals + 1) : null,
          negated);
    }

    String inWords() {
      return value == null ? of.inWords() : of.inWords() + " " + value;
    }

    private List<String> values() {
      return value == null ? List.of() : List.of(value.split("\\|", -1));
    }

    boolean holds(Map<?, ?> input) {
      return found(input) != negated;
    }

    private boolean found(Map<?, ?> input) {
      List<Object> all = of.find(input);
      return value == null
          ? !all.isEmpty()
          : all.stream().map(String::valueOf).anyMatch(values()::contains);
    }
  }
}
