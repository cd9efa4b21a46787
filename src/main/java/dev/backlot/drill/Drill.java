package dev.backlot.drill;

import dev.backlot.drill.DrillPlan.Kind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One drill from the first process to the last check. Used once, by one thread, which blocks. */
final class Drill {
  private static final int SUBMITTERS = 8;
  private static final int FOLLOWERS = 3;
  private static final Duration SETTLES = Duration.ofMinutes(5);

  /** Over before that as soon as everybody has: only a screen that is stuck takes so long. */
  private static final Duration CATCHES_UP = Duration.ofMinutes(2);

  private static final Duration STEP = Duration.ofMillis(50);
  private static final Duration TELLS = Duration.ofSeconds(5);

  private final DrillPlan plan;
  private final PrintWriter out;
  private final long begun = System.nanoTime();

  Drill(DrillPlan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /**
   * @param directory holds the data and the logs; must be empty or not there
   * @param clock the simulator's
   * @return whether every promise held
   */
  boolean run(Path directory, InstantSource clock) {
    say(
        "seed "
            + plan.seed()
            + ": starting PostgreSQL, the simulator and "
            + plan.nodes()
            + " nodes");
    try (Stage stage = Stage.set(plan, directory, clock)) {
      return run(stage);
    }
  }

  private boolean run(Stage stage) {
    Troubles killed = new Troubles(plan.nodes());
    Troubles hindered = new Troubles(plan.nodes());
    Troubles stopping = new Troubles(plan.nodes());
    Clients clients = new Clients(stage.addresses(), stage.key(), killed, hindered, stopping);
    KlingBackEnd kling = new KlingBackEnd(clients, plan.seed(), order -> callback(stage, order));
    Submitter submitter =
        new Submitter(clients, new BackEnd(clients, plan.seed()), kling, plan.seed());
    List<Follower> followers = followers(stage);
    Injector injector = new Injector(stage, plan, killed, hindered, stopping, this::say);
    ExecutorService threads = Executors.newCachedThreadPool();
    AtomicBoolean over = new AtomicBoolean();
    try {
      List<Future<?>> following = new ArrayList<>();
      followers.forEach(follower -> following.add(threads.submit(follower)));
      new Patience(Duration.ofSeconds(30))
          .until("every screen follows", () -> followers.stream().allMatch(Follower::isFollowing));
      AtomicInteger next = new AtomicInteger();
      List<Future<?>> submitting = new ArrayList<>();
      for (int i = 0; i < SUBMITTERS; i++) {
        submitting.add(threads.submit(() -> submit(submitter, injector, next, over)));
      }
      Future<?> telling = threads.submit(() -> tell(stage, submitter, over));
      say("faults begin");
      injector.run();
      say("no more faults; every node is ready");
      over.set(true);
      join(submitting);
      stage.clearMishaps();
      boolean settled = settle(stage);
      followersCatchUp(stage, followers);
      calleeCatchesUp(stage, submitter);
      followers.forEach(Follower::stop);
      join(following);
      join(List.of(telling));
      Findings findings = new Findings();
      Checks checks = new Checks(stage.auditor(), stage.books(), stage.tasks(), findings);
      checks.shown(submitter, kling, plan.nodes(), plan.seed());
      if (callsBack()) {
        checks.called(submitter, stage.callee());
      }
      checks.accepted(submitter, clients, plan.jobs(), settled);
      checks.paid(submitter);
      checks.slots();
      checks.screens(followers);
      checks.nodes(injector);
      stop(stage, injector, findings);
      report(injector, submitter, clients, followers, findings);
      return findings.allHeld();
    } finally {
      over.set(true);
      followers.forEach(Follower::stop);
      threads.shutdownNow();
    }
  }

  private List<Follower> followers(Stage stage) {
    return Stream.iterate(1, i -> i + 1)
        .limit(FOLLOWERS)
        .map(i -> new Follower(stage.addresses(), stage.key(), plan.seed() + i))
        .toList();
  }

  /** In step with the faults: each of them meets its share of the load. */
  private void submit(
      Submitter submitter, Injector injector, AtomicInteger next, AtomicBoolean over) {
    for (int job = next.getAndIncrement(); job < plan.jobs(); job = next.getAndIncrement()) {
      while (!over.get() && job > plan.jobs() * injector.progress()) {
        Patience.pause(STEP);
      }
      submitter.submit(job);
    }
  }

  private void tell(Stage stage, Submitter submitter, AtomicBoolean over) {
    while (!over.get()) {
      Patience.pause(TELLS);
      say(
          "accepted %d of %d jobs, %d nodes ready"
              .formatted(
                  submitter.accepted().size(),
                  plan.jobs(),
                  stage.nodes().stream().filter(NodeProcess::isReady).count()));
    }
  }

  private boolean settle(Stage stage) {
    Auditor auditor = stage.auditor();
    AtomicInteger last = new AtomicInteger(-1);
    return new Patience(SETTLES)
        .isWithin(
            () -> {
              int open = auditor.open();
              if (last.getAndSet(open) != open && open % 50 == 0) {
                say(open + " jobs have not ended yet");
              }
              return open == 0;
            });
  }

  private static void followersCatchUp(Stage stage, List<Follower> followers) {
    int events = stage.auditor().events().size();
    new Patience(CATCHES_UP)
        .isWithin(() -> followers.stream().allMatch(each -> each.seen().size() >= events));
  }

  /** A version before may not know that it should. */
  private boolean callsBack() {
    return plan.before().isEmpty();
  }

  private Optional<String> callback(Stage stage, Order order) {
    return callsBack() ? Optional.of(stage.callee().url(order)) : Optional.empty();
  }

  /** What a killed node had begun to send is sent again once its claim is over. */
  private void calleeCatchesUp(Stage stage, Submitter submitter) {
    Collection<String> tasks = callsBack() ? submitter.tasks().values() : List.of();
    new Patience(CATCHES_UP).isWithin(() -> tasks.stream().allMatch(stage.callee()::knowsEnd));
  }

  private void stop(Stage stage, Injector injector, Findings findings) {
    say("stopping the nodes");
    List<Integer> codes = new ArrayList<>(injector.exitCodes());
    stage.nodes().forEach(node -> codes.add(node.stop()));
    findings.add(
        "no node that was ready ended by itself",
        injector.crashed().isEmpty(),
        injector.crashed().toString());
    findings.add(
        "every node stops when it is told to",
        codes.stream().allMatch(code -> code == 0 || code == 143),
        "exit codes " + codes);
  }

  private void report(
      Injector injector,
      Submitter submitter,
      Clients clients,
      List<Follower> followers,
      Findings findings) {
    out.println();
    out.println("Faults");
    for (Kind kind : Kind.values()) {
      line(kind.text(), injector.injected().getOrDefault(kind, 0));
    }
    if (plan.before().isPresent()) {
      injector.versions().forEach((version, count) -> line("  came back as " + version, count));
    }
    line("times that a client had to ask again", submitter.repeats());
    line("  refused, or asked to come back", clients.refused());
    line("  broken off by a kill", clients.brokenOff());
    line("  not answered in 10 s by one in trouble", clients.silent());
    line("  sent to one that stops, and not taken", clients.notTaken());
    line("times that a screen came back", followers.stream().mapToInt(Follower::connections).sum());
    Takeovers takeovers = injector.takeovers();
    line("kills of nodes without jobs", takeovers.ofIdle());
    line("kills of nodes with jobs", takeovers.ofWork());
    line("  not taken over in time", takeovers.givenUp());
    out.printf(
        "  %-40s p50 %s, p99 %s (lease %d ms)%n",
        "  from the kill until others had them",
        takeovers.percentile(50),
        takeovers.percentile(99),
        plan.lease().toMillis());
    out.println();
    out.println("Promises");
    findings.print(out);
    out.println();
    out.println(
        findings.allHeld()
            ? "All promises held. Seed " + plan.seed() + "."
            : "A promise was broken. The same faults again: drill --seed " + plan.seed());
    out.flush();
  }

  private void line(String what, int count) {
    out.printf("  %-40s %d%n", what, count);
  }

  private synchronized void say(String what) {
    out.printf("  [%4d s] %s%n", Duration.ofNanos(System.nanoTime() - begun).toSeconds(), what);
    out.flush();
  }

  private static void join(List<Future<?>> tasks) {
    for (Future<?> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException failure) {
        throw new IllegalStateException("a part of the drill failed", failure.getCause());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", interrupted);
      }
    }
  }
}
