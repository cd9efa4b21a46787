package dev.backlot.drill;

import dev.backlot.drill.DrillPlan.Kind;
import dev.backlot.simulator.BookedTask;
import dev.backlot.simulator.Books;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    Submitter submitter = new Submitter(stage.addresses(), stage.key(), plan.seed());
    List<Follower> followers = followers(stage);
    Injector injector = new Injector(stage, plan, this::say);
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
      followers.forEach(Follower::stop);
      join(following);
      join(List.of(telling));
      Findings findings = new Findings();
      check(stage, submitter, followers, settled, findings);
      findings.add(
          "nodes that were cut off see one another again",
          injector.isWhole() && injector.mostSeen() <= 1,
          "at most " + injector.mostSeen() + " seen while cut off");
      stop(stage, injector, findings);
      report(injector, submitter, followers, findings);
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

  private void check(
      Stage stage,
      Submitter submitter,
      List<Follower> followers,
      boolean settled,
      Findings findings) {
    Auditor auditor = stage.auditor();
    Books books = stage.books();
    List<BookedTask> tasks = stage.tasks();
    Set<String> jobs = auditor.jobs();
    long lost = submitter.accepted().values().stream().filter(id -> !jobs.contains(id)).count();
    findings.add(
        "every accepted job is there and has ended (P1)",
        settled && lost == 0 && submitter.accepted().size() == plan.jobs(),
        submitter.accepted().size() + " accepted, " + lost + " lost, " + auditor.states());
    findings.add(
        "no job was accepted twice, no answer surprised",
        jobs.size() == submitter.accepted().size() && submitter.broken().isEmpty(),
        jobs.size() + " jobs; " + submitter.broken());
    List<String> twice = auditor.paidTwice(tasks);
    findings.add(
        "no job was paid twice (P2)",
        twice.isEmpty() && books.repeatedExternalIds().isEmpty(),
        books.accepted() + " tasks; " + twice + books.repeatedExternalIds());
    findings.add(
        "every task at the provider is one of ours (P2)",
        auditor.strangers(tasks).isEmpty() && tasks.size() == books.accepted(),
        tasks.size() + " tasks; " + auditor.strangers(tasks));
    BigDecimal booked = auditor.booked("spent", "provider_drift", "provider_loss");
    findings.add(
        "spent + drift + loss is the provider's bill (P3)",
        booked.compareTo(books.billed()) == 0
            && auditor.openReservations() == 0
            && auditor.crookedBalances() == 0,
        booked + " booked, " + books.billed() + " billed, " + auditor.openReservations() + " open");
    findings.add(
        "never more in flight than slots (P4)",
        books.slots().values().stream()
            .allMatch(use -> use.highWater() <= use.limit() && use.refused() == 0),
        books.slots().toString());
    findings.add(
        "no slot is left taken (P4)", auditor.slotsTaken() == 0, auditor.slotsTaken() + "");
    List<String> events = auditor.events();
    followers.forEach(follower -> checkScreen(follower, events, findings));
  }

  private static void checkScreen(Follower follower, List<String> events, Findings findings) {
    List<String> seen = follower.seen();
    int alike = 0;
    while (alike < Math.min(seen.size(), events.size())
        && seen.get(alike).equals(events.get(alike))) {
      alike++;
    }
    String where =
        seen.equals(events)
            ? ""
            : alike == seen.size()
                ? "; the last are missing"
                : "; other ones from " + alike + " on";
    findings.add(
        "a screen saw every event once, in order (P5)",
        seen.equals(events) && follower.trouble() == null,
        "%d of %d events over %d connections%s%s"
            .formatted(
                seen.size(),
                events.size(),
                follower.connections(),
                where,
                follower.trouble() == null ? "" : "; " + follower.trouble()));
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
      Injector injector, Submitter submitter, List<Follower> followers, Findings findings) {
    out.println();
    out.println("Faults");
    for (Kind kind : Kind.values()) {
      out.printf("  %-36s %d%n", kind.text(), injector.injected().getOrDefault(kind, 0));
    }
    out.printf("  %-36s %d%n", "sends that had to be repeated", submitter.repeats());
    out.printf(
        "  %-36s %d%n",
        "times that a screen came back", followers.stream().mapToInt(Follower::connections).sum());
    List<Long> takeovers = injector.takeovers().stream().map(Duration::toMillis).sorted().toList();
    if (!takeovers.isEmpty()) {
      out.printf(
          "  %-36s p50 %d ms, p99 %d ms (lease %d ms)%n",
          "take-over of a killed node's jobs",
          takeovers.get((takeovers.size() - 1) / 2),
          takeovers.get((takeovers.size() - 1) * 99 / 100),
          plan.lease().toMillis());
    }
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
