package dev.backlot.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long others took to answer for the jobs of nodes that were killed. Not thread-safe. */
final class Takeovers {
  private static final int MANY = 10;

  private final List<Duration> taken = new ArrayList<>();
  private int idle;
  private int givenUp;

  /** The node had no jobs at work, so there was nothing to take over. */
  void nothing() {
    idle++;
  }

  void after(Duration time) {
    taken.add(time);
  }

  /** Nobody had taken its jobs over when the wait for that ended. */
  void gaveUp() {
    givenUp++;
  }

  /** Kills of nodes that held jobs, the ones given up included. */
  int ofWork() {
    return taken.size() + givenUp;
  }

  int ofIdle() {
    return idle;
  }

  int givenUp() {
    return givenUp;
  }

  /**
   * Whether the kills have shown anything: at least one hit a node with jobs, and of {@value #MANY}
   * or more at least half did. Without a kill there was nothing to show.
   */
  boolean isShown() {
    int kills = ofWork() + idle;
    int least = kills >= MANY ? (kills + 1) / 2 : Math.min(kills, 1);
    return ofWork() >= least;
  }

  /**
   * The shortest time that no fewer than so many of a hundred kept to (nearest rank): one of those
   * measured, and the longest where there are too few to leave any out. A take-over that was given
   * up took longer than any.
   *
   * @param of 1 to 100
   * @return as text: milliseconds, or that there is none
   */
  String percentile(int of) {
    int count = ofWork();
    if (count == 0) {
      return "none";
    }
    int rank = (count * of + 99) / 100;
    if (rank > taken.size()) {
      return "given up";
    }
    List<Duration> sorted = new ArrayList<>(taken);
    Collections.sort(sorted);
    return sorted.get(rank - 1).toMillis() + " ms";
  }
}
