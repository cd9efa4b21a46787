package dev.backlot.cli;

import dev.backlot.domain.job.JobState;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows jobs as they move: on a terminal one line with a bar for each, drawn again in place;
 * anywhere else a plain line for each transition.
 */
final class WatchDisplay {
  private static final int BAR = 24;
  private static final String LINE_START = "\r\u001b[2K";
  private static final String UP = "\u001b[%dA";

  private final PrintWriter out;
  private final boolean terminal;
  private final Map<Object, Integer> printed = new HashMap<>();
  private int drawn;

  /**
   * @param terminal whether the cursor can be moved
   */
  WatchDisplay(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * @param notice a word on the connection; null when all is well
   */
  void show(Collection<WatchedJob> jobs, @Nullable String notice, Instant now) {
    if (terminal) {
      redraw(jobs, notice, now);
      return;
    }
    for (WatchedJob job : jobs) {
      if (!Integer.valueOf(job.version()).equals(printed.put(job.id(), job.version()))) {
        out.println(job.id() + " " + job.state().text() + " " + readable(job.elapsed(now)));
      }
    }
    out.flush();
  }

  /** Says something once, whatever the output. On a terminal it scrolls away above the bars. */
  void say(String words) {
    if (terminal && drawn > 0) {
      out.printf(UP, drawn);
      out.print(LINE_START);
      drawn = 0;
    }
    out.println(words);
    out.flush();
  }

  boolean isTerminal() {
    return terminal;
  }

  private void redraw(Collection<WatchedJob> jobs, @Nullable String notice, Instant now) {
    if (drawn > 0) {
      out.printf(UP, drawn);
    }
    for (WatchedJob job : jobs) {
      out.println(LINE_START + line(job, now));
    }
    out.println(LINE_START + (notice == null ? "" : notice));
    drawn = jobs.size() + 1;
    out.flush();
  }

  static String line(WatchedJob job, Instant now) {
    return String.format(
        Locale.ROOT,
        "%s  [%s] %3d %%  %-10s %s",
        job.id(),
        bar(job, now),
        (int) (100 * job.progress(now)),
        job.state().text(),
        readable(job.elapsed(now)));
  }

  private static String bar(WatchedJob job, Instant now) {
    int done = (int) Math.round(BAR * job.progress(now));
    String mark = job.state().isTerminal() && job.state() != JobState.SUCCEEDED ? "x" : "#";
    return mark.repeat(done) + ".".repeat(BAR - done);
  }

  private static String readable(Duration age) {
    long seconds = age.toSeconds();
    return seconds < 60
        ? seconds + " s"
        : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
  }
}
