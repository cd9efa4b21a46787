package dev.backlot.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What a drill does. The seed decides the order of the faults, whom they hit and for how long, and
 * the simulator's mishaps; how the processes race is decided by the machine.
 *
 * @param nodes at least two, so that one is left to go on
 * @param jobs submitted over the time that the faults take
 * @param partitions between a node and the database
 * @param splits of all nodes from one another
 * @param rolls restarts of a node as an operator does it
 * @param restarts of the database
 * @param lease of each node; faults last for about as long
 * @param before jar of the version that the nodes are before they are rolled; empty for this one
 */
record DrillPlan(
    long seed,
    int nodes,
    int jobs,
    int kills,
    int pauses,
    int partitions,
    int splits,
    int rolls,
    int restarts,
    Duration lease,
    Optional<Path> before) {

  /** How long the nodes look for a task before they take it for lost. */
  static final Duration UNKNOWN_HORIZON = Duration.ofSeconds(8);

  /** What is done to whom. */
  record Fault(Kind kind, int node, Duration lasting) {}

  /** What can happen to a node or to the database. */
  enum Kind {
    KILL("kill -9 of a node"),
    PAUSE("pause of a node (SIGSTOP)"),
    PARTITION("node cut off from the database"),
    SPLIT("all nodes cut off from one another"),
    ROLL("restart of a node (SIGTERM)"),
    RESTART("restart of PostgreSQL");

    private final String text;

    /** Whether it is done at once, so that it may be done while something else lasts. */
    boolean isBrief() {
      return this == KILL || this == ROLL || this == RESTART;
    }

    Kind(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** All faults, in the order of this seed. */
  List<Fault> faults() {
    Random random = new Random(seed);
    List<Kind> kinds = new ArrayList<>();
    kinds.addAll(Collections.nCopies(kills, Kind.KILL));
    kinds.addAll(Collections.nCopies(pauses, Kind.PAUSE));
    kinds.addAll(Collections.nCopies(partitions, Kind.PARTITION));
    kinds.addAll(Collections.nCopies(splits, Kind.SPLIT));
    kinds.addAll(Collections.nCopies(rolls, Kind.ROLL));
    kinds.addAll(Collections.nCopies(restarts, Kind.RESTART));
    Collections.shuffle(kinds, random);
    return kinds.stream()
        .map(kind -> new Fault(kind, random.nextInt(nodes), lasting(random)))
        .toList();
  }

  int count() {
    return kills + pauses + partitions + splits + rolls + restarts;
  }

  /**
   * Some are over before the lease is, most are not; and one of three lasts until others may have
   * sent new tasks for what the node had: whoever comes back then must not send its own.
   */
  private Duration lasting(Random random) {
    Duration least = random.nextInt(3) == 0 ? UNKNOWN_HORIZON.plus(lease) : lease.dividedBy(2);
    return least.plusMillis(random.nextLong(2 * lease.toMillis()));
  }
}
