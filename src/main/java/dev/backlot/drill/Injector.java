package dev.backlot.drill;

import dev.backlot.drill.DrillPlan.Fault;
import dev.backlot.drill.DrillPlan.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Injects the faults of a plan, one after the other, with a pause in which the others take over.
 * One node is always left to go on: a fault whose node is away hits another one, and waits while
 * only one is ready.
 */
final class Injector {
  private static final Duration BETWEEN = Duration.ofMillis(700);

  /** Long enough that they give one another up. */
  private static final Duration SPLIT = Duration.ofSeconds(9);

  private static final Duration REUNITED = Duration.ofMinutes(1);
  private static final Duration READY = Duration.ofMinutes(2);

  private final Stage stage;
  private final DrillPlan plan;
  private final Consumer<String> progress;
  private final Map<Kind, Integer> injected = new EnumMap<>(Kind.class);
  private final List<Duration> takeovers = new ArrayList<>();
  private final List<Integer> exitCodes = new ArrayList<>();
  private final List<String> crashed = new ArrayList<>();
  private int mostSeen;
  private volatile int done;

  Injector(Stage stage, DrillPlan plan, Consumer<String> progress) {
    this.stage = stage;
    this.plan = plan;
    this.progress = progress;
  }

  /** Blocks until the last fault is over and every node is ready again. */
  void run() {
    Deque<Fault> left = new ArrayDeque<>(plan.faults());
    while (!left.isEmpty()) {
      Fault fault = left.remove();
      inject(fault, left);
      count(fault);
      Patience.pause(BETWEEN);
    }
    awaitReady(stage.nodes().size());
  }

  private void count(Fault fault) {
    injected.merge(fault.kind(), 1, Integer::sum);
    done = injected.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Whether every node sees all of them, within the time that they search for one another. */
  boolean isWhole() {
    int all = stage.nodes().size();
    return new Patience(REUNITED)
        .isWithin(() -> stage.nodes().stream().allMatch(node -> node.members() == all));
  }

  /** Which part of the faults is over, the present one counted; from any thread. */
  double progress() {
    return plan.count() == 0 ? 1 : (done + 1.0) / plan.count();
  }

  Map<Kind, Integer> injected() {
    return injected;
  }

  /** From a kill to the moment in which others answer for all jobs of the node. */
  List<Duration> takeovers() {
    return takeovers;
  }

  /** How many nodes any node saw, itself included, at the end of a split; 0 without one. */
  int mostSeen() {
    return mostSeen;
  }

  /** Of the nodes that were told to stop. */
  List<Integer> exitCodes() {
    return exitCodes;
  }

  /** Names of nodes that ended by themselves after they had been ready. */
  List<String> crashed() {
    return crashed;
  }

  private void inject(Fault fault, Deque<Fault> left) {
    switch (fault.kind()) {
      case RESTART -> restartDatabase();
      case SPLIT -> split();
      default -> {
        awaitReady(2);
        hit(firstReady(fault.node(), -1), fault, left);
      }
    }
  }

  private void hit(int at, Fault fault, Deque<Fault> left) {
    NodeProcess node = stage.nodes().get(at);
    switch (fault.kind()) {
      case KILL -> kill(node);
      case ROLL -> roll(node);
      case PAUSE -> {
        progress.accept(node.name() + " is paused for " + fault.lasting().toMillis() + " ms");
        node.pause();
        last(at, fault, left);
        node.goOn();
      }
      case PARTITION -> {
        progress.accept(
            node.name()
                + " is cut off from the database for "
                + fault.lasting().toMillis()
                + " ms");
        stage.link(at).cut();
        last(at, fault, left);
        stage.link(at).mend();
      }
      default -> throw new IllegalStateException("no such fault: " + fault);
    }
  }

  /** What is brief and comes next happens meanwhile: trouble does not wait for trouble. */
  private void last(int at, Fault fault, Deque<Fault> left) {
    long over = System.nanoTime() + fault.lasting().toNanos();
    Fault next = left.peek();
    if (next != null && next.kind().isBrief()) {
      left.remove();
      Patience.pause(fault.lasting().dividedBy(4));
      meanwhile(at, fault, next);
      count(next);
    }
    Patience.pause(Duration.ofNanos(Math.max(0, over - System.nanoTime())));
  }

  private void meanwhile(int at, Fault fault, Fault next) {
    if (next.kind() == Kind.RESTART) {
      restartDatabase();
      return;
    }
    // Whoever is cut off from the database must be able to stop, too.
    boolean same = next.kind() == Kind.ROLL && fault.kind() == Kind.PARTITION;
    NodeProcess node = stage.nodes().get(same ? at : firstReady(next.node(), at));
    if (next.kind() == Kind.ROLL) {
      roll(node);
    } else {
      kill(node);
    }
  }

  private void restartDatabase() {
    progress.accept("PostgreSQL restarts");
    stage.restartDatabase();
  }

  private void split() {
    progress.accept("no node reaches another for " + SPLIT.toMillis() + " ms");
    stage.clusterLinks().forEach(Link::cut);
    Patience.pause(SPLIT);
    int seen = stage.nodes().stream().mapToInt(NodeProcess::members).max().orElse(0);
    mostSeen = Math.max(mostSeen, seen);
    stage.clusterLinks().forEach(Link::mend);
  }

  private void roll(NodeProcess node) {
    long asked = System.nanoTime();
    exitCodes.add(node.stop());
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    progress.accept(node.name() + " is told to stop, and has after " + took.toMillis() + " ms");
    node.restart();
  }

  private void kill(NodeProcess node) {
    Auditor auditor = stage.auditor();
    long killed = System.nanoTime();
    node.kill();
    int left = auditor.ownedBy(node.name());
    boolean taken =
        new Patience(plan.lease().multipliedBy(6))
            .isWithin(() -> auditor.ownedBy(node.name()) == 0);
    Duration took = Duration.ofNanos(System.nanoTime() - killed);
    if (left > 0 && taken) {
      takeovers.add(took);
    }
    progress.accept(
        node.name()
            + " is killed"
            + (left > 0
                ? ", its " + left + " jobs are taken over after " + took.toMillis() + " ms"
                : ""));
    node.restart();
  }

  /**
   * @param but this one is not to be hit; -1 for none
   */
  private int firstReady(int from, int but) {
    int nodes = stage.nodes().size();
    int other = from == but ? (from + 1) % nodes : from;
    for (int i = 0; i < nodes; i++) {
      int at = (other + i) % nodes;
      if (at != but && stage.nodes().get(at).isReady()) {
        return at;
      }
    }
    return other;
  }

  private void awaitReady(int nodes) {
    new Patience(READY)
        .until(
            nodes + " nodes are ready",
            () -> {
              stage.nodes().forEach(this::supervise);
              return stage.nodes().stream().filter(NodeProcess::isReady).count() >= nodes;
            });
  }

  /**
   * A node that starts while the database is away may end, and whoever runs it starts it again. One
   * that has been ready may not.
   */
  private void supervise(NodeProcess node) {
    if (node.isAlive()) {
      return;
    }
    if (node.wasReady()) {
      crashed.add(node.name());
    }
    progress.accept(node.name() + " has ended by itself, and is started again");
    node.restart();
  }
}
