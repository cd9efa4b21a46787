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
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** For a node to have something to lose. */
  private static final Duration BUSY = Duration.ofSeconds(3);

  private final Stage stage;
  private final DrillPlan plan;
  private final Troubles killed;
  private final Troubles hindered;
  private final Troubles stopping;
  private final Consumer<String> progress;
  private final Map<Kind, Integer> injected = new EnumMap<>(Kind.class);
  private final Takeovers takeovers = new Takeovers();
  private final List<Integer> exitCodes = new ArrayList<>();
  private final List<String> crashed = new ArrayList<>();
  private final Map<String, Integer> versions = new TreeMap<>();
  private int mostSeen;
  private final AtomicInteger begun = new AtomicInteger();

  /**
   * @param killed is told which nodes are killed, whose connections break then
   * @param hindered is told which nodes may be silent
   * @param stopping is told which nodes have been told to stop
   */
  Injector(
      Stage stage,
      DrillPlan plan,
      Troubles killed,
      Troubles hindered,
      Troubles stopping,
      Consumer<String> progress) {
    this.stage = stage;
    this.plan = plan;
    this.killed = killed;
    this.hindered = hindered;
    this.stopping = stopping;
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
  }

  /** Whether every node sees all of them, within the time that they search for one another. */
  boolean isWhole() {
    int all = stage.nodes().size();
    return new Patience(REUNITED)
        .isWithin(() -> stage.nodes().stream().allMatch(node -> node.members() == all));
  }

  /** Which part of the faults has begun; from any thread. */
  double progress() {
    return plan.count() == 0 ? 1 : (double) begun.get() / plan.count();
  }

  Map<Kind, Integer> injected() {
    return injected;
  }

  /** Each from the kill to the moment in which others answer for all jobs of the node. */
  Takeovers takeovers() {
    return takeovers;
  }

  /** How many nodes any node saw, itself included, at the end of a split; 0 without one. */
  int mostSeen() {
    return mostSeen;
  }

  /** How often a node came back as which version, by the version's text. */
  Map<String, Integer> versions() {
    return versions;
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
    if (fault.kind() != Kind.RESTART && fault.kind() != Kind.SPLIT) {
      awaitReady(2);
    }
    // Its share of the load comes with it.
    begun.incrementAndGet();
    switch (fault.kind()) {
      case RESTART -> restartDatabase();
      case SPLIT -> split();
      default -> hit(firstReady(fault.node(), -1), fault, left);
    }
  }

  private void hit(int at, Fault fault, Deque<Fault> left) {
    NodeProcess node = stage.nodes().get(at);
    switch (fault.kind()) {
      case KILL -> kill(at);
      case ROLL -> roll(at);
      case PAUSE -> {
        progress.accept(node.name() + " is paused for " + fault.lasting().toMillis() + " ms");
        hindered.begin(at);
        node.pause();
        last(at, fault, left);
        node.goOn();
        hindered.end(at);
      }
      case PARTITION -> {
        progress.accept(
            node.name()
                + " is cut off from the database for "
                + fault.lasting().toMillis()
                + " ms");
        hindered.begin(at);
        stage.link(at).cut();
        last(at, fault, left);
        stage.link(at).mend();
        hindered.end(at);
      }
      default -> throw new IllegalStateException("no such fault: " + fault);
    }
  }

  /** What is brief and comes next happens meanwhile: trouble does not wait for trouble. */
  private void last(int at, Fault fault, Deque<Fault> left) {
    long over = System.nanoTime() + fault.lasting().toNanos();
    Fault next = left.peek();
    if (next != null && next.kind().isBrief()) {
      Patience.pause(fault.lasting().dividedBy(4));
      if (isPossible(at, fault, next)) {
        left.remove();
        meanwhile(at, fault, next);
        count(next);
      }
    }
    Patience.pause(Duration.ofNanos(Math.max(0, over - System.nanoTime())));
  }

  /** Whether a node would be left that goes on. */
  private boolean isPossible(int at, Fault fault, Fault next) {
    if (next.kind() == Kind.RESTART || isOfTheSame(fault, next)) {
      return true;
    }
    NodeProcess hit = stage.nodes().get(at);
    return stage.nodes().stream().filter(node -> node != hit && node.isReady()).count() >= 2;
  }

  /** Whoever is cut off from the database must be able to stop, too. */
  private static boolean isOfTheSame(Fault fault, Fault next) {
    return next.kind() == Kind.ROLL && fault.kind() == Kind.PARTITION;
  }

  private void meanwhile(int at, Fault fault, Fault next) {
    begun.incrementAndGet();
    if (next.kind() == Kind.RESTART) {
      restartDatabase();
    } else if (isOfTheSame(fault, next)) {
      // What cannot be answered without the database is cut at the end of the drain.
      killed.begin(at);
      roll(at);
      killed.end(at);
    } else if (next.kind() == Kind.ROLL) {
      roll(firstReady(next.node(), at));
    } else {
      kill(firstReady(next.node(), at));
    }
  }

  private void restartDatabase() {
    progress.accept("PostgreSQL restarts");
    hindered.beginEverywhere();
    stage.restartDatabase();
    hindered.endEverywhere();
  }

  private void split() {
    progress.accept("no node reaches another for " + SPLIT.toMillis() + " ms");
    stage.clusterLinks().forEach(Link::cut);
    Patience.pause(SPLIT);
    int seen = stage.nodes().stream().mapToInt(NodeProcess::members).max().orElse(0);
    mostSeen = Math.max(mostSeen, seen);
    stage.clusterLinks().forEach(Link::mend);
  }

  private void roll(int at) {
    NodeProcess node = stage.nodes().get(at);
    stopping.begin(at);
    long asked = System.nanoTime();
    exitCodes.add(node.stop());
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    Program next = next(node.program());
    progress.accept(
        node.name()
            + " is told to stop, and has after "
            + took.toMillis()
            + " ms"
            + (plan.before().isPresent() ? "; it comes back as " + next.text() : ""));
    node.restartAs(next);
    stopping.end(at);
    versions.merge(next.text(), 1, Integer::sum);
  }

  /** Each roll of a node turns back the one before: both directions must hold. */
  private Program next(Program program) {
    Program ours = Program.ours();
    return program.equals(ours) ? plan.before().map(Program::before).orElse(ours) : ours;
  }

  private void kill(int at) {
    NodeProcess node = stage.nodes().get(at);
    Auditor auditor = stage.auditor();
    new Patience(BUSY).isWithin(() -> auditor.ownedBy(node.name()) > 0);
    killed.begin(at);
    long died = System.nanoTime();
    node.kill();
    int left = auditor.ownedBy(node.name());
    boolean taken =
        new Patience(plan.lease().multipliedBy(6))
            .isWithin(() -> auditor.ownedBy(node.name()) == 0);
    Duration took = Duration.ofNanos(System.nanoTime() - died);
    progress.accept(node.name() + " is killed" + noted(left, taken, took));
    node.restart();
    killed.end(at);
  }

  private String noted(int left, boolean taken, Duration took) {
    if (left == 0) {
      takeovers.nothing();
      return ", without jobs";
    }
    if (!taken) {
      takeovers.gaveUp();
      return ", and nobody has taken over all of its " + left + " jobs yet";
    }
    takeovers.after(took);
    return ", its " + left + " jobs are taken over after " + took.toMillis() + " ms";
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
