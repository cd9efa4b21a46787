package dev.backlot.domain.input;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a part belongs in a JSON text.
 *
 * @param start of the object that stands there
 * @param end behind it
 * @param offset of the part among all parts of the input
 * @param length of the part
 */
public record PartPlace(int start, int end, long offset, int length) {
  private static final String MARK = "{\"$part\":";

  /** Cannot be the inside of a JSON string: a quote behind a brace would have ended it. */
  private static final Pattern PLACE =
      Pattern.compile("\\{\"\\$part\":(\\d{1,12}),\"length\":(\\d{1,9})}");

  /**
   * @param json without white space between its tokens
   */
  public static List<PartPlace> in(String json) {
    if (!json.contains(MARK)) {
      return List.of();
    }
    List<PartPlace> places = new ArrayList<>();
    Matcher found = PLACE.matcher(json);
    while (found.find()) {
      places.add(
          new PartPlace(
              found.start(),
              found.end(),
              Long.parseLong(found.group(1)),
              Integer.parseInt(found.group(2))));
    }
    return places;
  }

  String text() {
    return MARK + offset + ",\"length\":" + length + "}";
  }
}
