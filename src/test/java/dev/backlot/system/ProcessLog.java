package dev.backlot.system;

import java.util.List;
import java.util.stream.Collectors;

/** Judges what a process has said: some lines are defects, whatever its test was about. */
final class ProcessLog {
  /**
   * A blocked Vert.x thread, an exception that nobody handled, a buffer that nobody released, a
   * meter that hides another.
   */
  private static final List<String> DEFECTS =
      List.of("BlockedThreadChecker", "Unhandled exception", "LEAK:", "already registered");

  private static final int SHOWN_MAX = 60;

  private ProcessLog() {}

  /** Fails with the first such line and what follows it, which is its stack trace. */
  static void requireSound(String log) {
    List<String> lines = log.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (DEFECTS.stream().anyMatch(lines.get(i)::contains)) {
        throw new AssertionError(
            "the process has logged a defect:\n"
                + lines.stream().skip(i).limit(SHOWN_MAX).collect(Collectors.joining("\n")));
      }
    }
  }
}
