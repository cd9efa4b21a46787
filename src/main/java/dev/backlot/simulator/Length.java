package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How long the results of a product are, in seconds.
 *
 * @param at the member that says it; empty when none does
 * @param of clips, sounds or sessions whose length they have
 * @param otherwise when neither tells
 * @param more what is added to it
 * @param limit what is longer is refused
 * @param within what is in none of these is refused; empty for no such rule
 * @param cut when it holds, results are not longer than {@code cutTo}
 */
record Length(
    String at,
    List<String> of,
    int otherwise,
    int more,
    int limit,
    List<Span> within,
    Condition cut,
    int cutTo) {
  /** Of images and of things. */
  static final Length NONE =
      new Length(
          "", List.of(), 0, 0, Integer.MAX_VALUE, List.of(), Condition.ALWAYS, Integer.MAX_VALUE);

  /** Seconds, both ends belong to it. */
  record Span(int from, int to) {
    static Span of(Object said) {
      String[] ends = String.valueOf(said).split("[.][.]");
      return new Span(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }

    boolean holds(int seconds) {
      return seconds >= from && seconds <= to;
    }

    @Override
    public String toString() {
      return from + " to " + to;
    }
  }

  private static final Pattern TOLD = Pattern.compile("[?&]seconds=(\\d{1,3})(&|$)");

  static Length of(Map<?, ?> said) {
    Map<?, ?> cut = said.get("most") instanceof Map<?, ?> most ? most : Map.of();
    return new Length(
        said.containsKey("at") ? String.valueOf(said.get("at")) : "",
        said.get("of") instanceof List<?> of
            ? of.stream().map(String::valueOf).toList()
            : List.of(),
        number(said, "otherwise", 0),
        number(said, "more", 0),
        number(said, "limit", Integer.MAX_VALUE),
        said.get("within") instanceof List<?> spans
            ? spans.stream().map(Span::of).toList()
            : List.of(),
        cut.containsKey("when")
            ? Condition.parse(String.valueOf(cut.get("when")))
            : Condition.ALWAYS,
        number(cut, "is", Integer.MAX_VALUE));
  }

  private static int number(Map<?, ?> said, String name, int otherwise) {
    return said.containsKey(name) ? Integer.parseInt(String.valueOf(said.get(name))) : otherwise;
  }

  /** Throws a {@link Refusal}. */
  int in(JsonObject body, Library library) {
    int seconds = more + raw(body, library);
    if (seconds > limit) {
      throw Refusal.value("the duration must not exceed " + limit + " s");
    }
    if (!within.isEmpty() && within.stream().noneMatch(span -> span.holds(seconds))) {
      String spans = within.stream().map(Span::toString).collect(Collectors.joining(" or "));
      throw Refusal.value("the duration must be " + spans + " s");
    }
    return cut.holds(body) ? Math.min(seconds, cutTo) : seconds;
  }

  private int raw(JsonObject body, Library library) {
    if (!at.isEmpty()) {
      return Condition.find(body, at).stream()
          .findFirst()
          .map(said -> (int) Double.parseDouble(String.valueOf(said)))
          .orElse(otherwise);
    }
    return of.stream()
        .flatMap(path -> Condition.find(body, path).stream())
        .map(String::valueOf)
        .findFirst()
        .map(source -> ofSource(source, library))
        .orElse(otherwise);
  }

  private int ofSource(String source, Library library) {
    if (source.length() > 2_048) {
      return otherwise;
    }
    Matcher told = TOLD.matcher(source);
    if (told.find()) {
      return Integer.parseInt(told.group(1));
    }
    Task made = library.made(source);
    if (made != null) {
      return made.request().seconds();
    }
    Session session = library.session(source);
    return session == null ? otherwise : session.seconds();
  }
}
