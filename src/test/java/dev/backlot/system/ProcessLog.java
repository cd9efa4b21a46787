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

  /** Lines from the exception of a promise down to what has completed it. */
  private static final int STACK = 9;

  private static final int SHOWN_MAX = 60;

  private ProcessLog() {}

  /** Fails with the first such line and what follows it, which is its stack trace. */
  static void requireSound(String log) {
    List<String> lines = log.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (DEFECTS.stream().anyMatch(lines.get(i)::contains) && !isOfVertx(lines, i)) {
        throw new AssertionError(
            "the process has logged a defect:\n"
                + lines.stream().skip(i).limit(SHOWN_MAX).collect(Collectors.joining("\n")));
      }
    }
  }

  /**
   * Of a write to a connection that has just died Vert.x 5.0 fails its own promise twice (vert.x
   * issue 6169). Whoever completes a promise of ours twice stands right below.
   */
  private static boolean isOfVertx(List<String> lines, int at) {
    List<String> stack = lines.stream().skip(at + 1L).limit(STACK).toList();
    return stack.size() == STACK
        && stack.get(0).endsWith("IllegalStateException: Promise already completed")
        && stack.stream().skip(1).allMatch(frame -> frame.startsWith("\tat io.vertx.core."));
  }
}
