package dev.backlot.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The result: Markdown that is readable as plain text. */
final class Table {
  private static final List<String> HEAD =
      List.of("what", "Backlot", "beside it", "ratio", "target", "");

  private final List<List<String>> rows = new ArrayList<>(List.of(HEAD));

  /** A ratio of two sides, with both of them. */
  void ratio(
      String what,
      Rounds rounds,
      Rounds.Side ours,
      Rounds.Side beside,
      ToDoubleFunction<Sample> quantity,
      Target target) {
    Series ratio = rounds.ratio(ours, beside, quantity);
    rows.add(
        List.of(
            what,
            rounds.of(ours, quantity).text(),
            rounds.of(beside, quantity).text(),
            ratio.text(),
            target.text(),
            target.verdict(ratio.median())));
  }

  /** Two sides that have no target. */
  void pair(
      String what,
      Rounds rounds,
      Rounds.Side ours,
      Rounds.Side beside,
      ToDoubleFunction<Sample> quantity) {
    rows.add(
        List.of(
            what,
            rounds.of(ours, quantity).text(),
            rounds.of(beside, quantity).text(),
            rounds.ratio(ours, beside, quantity).text(),
            "",
            ""));
  }

  /** A figure with a target of its own. */
  void figure(String what, Series ours, Target target) {
    rows.add(List.of(what, ours.text(), "", "", target.text(), target.verdict(ours.median())));
  }

  void figure(String what, Series ours) {
    rows.add(List.of(what, ours.text(), "", "", "", ""));
  }

  /** Two sides, once each, with a target for their ratio. */
  void compare(String what, double ours, double beside, Target target) {
    double ratio = ours / beside;
    rows.add(
        List.of(what, text(ours), text(beside), text(ratio), target.text(), target.verdict(ratio)));
  }

  /** Two sides, once each, with a target for ours. */
  void beside(String what, double ours, double beside, Target target) {
    rows.add(List.of(what, text(ours), text(beside), "", target.text(), target.verdict(ours)));
  }

  private static String text(double value) {
    return new Series(List.of(value)).text();
  }

  /** A count at two loads. */
  void counts(String what, double ours, double beside) {
    rows.add(List.of(what, text(ours), text(beside), "", "", ""));
  }

  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, HEAD.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>(rows.stream().map(row -> line(row, widths, ' ')).toList());
    lines.add(1, line(HEAD.stream().map(column -> "").toList(), widths, '-'));
    return String.join("\n", lines);
  }

  private static String line(List<String> cells, int[] widths, char filler) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            column ->
                cells.get(column)
                    + String.valueOf(filler).repeat(widths[column] - cells.get(column).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
