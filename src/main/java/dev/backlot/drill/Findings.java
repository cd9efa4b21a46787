package dev.backlot.drill;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** The table of what held and what did not. */
final class Findings {
  private final List<Finding> findings = new ArrayList<>();

  private record Finding(String promise, boolean held, String figure) {}

  void add(String promise, boolean held, String figure) {
    findings.add(new Finding(promise, held, figure));
  }

  boolean allHeld() {
    return findings.stream().allMatch(Finding::held);
  }

  void print(PrintWriter out) {
    int width = findings.stream().mapToInt(each -> each.promise().length()).max().orElse(0);
    for (Finding each : findings) {
      out.printf(
          "  %-" + width + "s  %-6s  %s%n",
          each.promise(),
          each.held() ? "held" : "BROKEN",
          each.figure());
    }
  }
}
