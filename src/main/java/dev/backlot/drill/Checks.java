package dev.backlot.drill;

import dev.backlot.drill.Order.Door;
import dev.backlot.simulator.BookedTask;
import dev.backlot.simulator.Books;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Asks from outside, when all is over, whether the promises were kept. Blocking; used once. */
final class Checks {
  /** For one that another node has to be asked for. */
  private static final Duration SHOWN = Duration.ofSeconds(30);

  private final Auditor auditor;
  private final Books books;
  private final List<BookedTask> tasks;
  private final Findings findings;

  Checks(Auditor auditor, Books books, List<BookedTask> tasks, Findings findings) {
    this.auditor = auditor;
    this.books = books;
    this.tasks = tasks;
    this.findings = findings;
  }

  /**
   * @param asked how many jobs were to be submitted
   * @param settled whether every job had ended in time
   */
  void accepted(Submitter submitter, Clients clients, int asked, boolean settled) {
    Set<String> jobs = auditor.jobs();
    Map<Integer, String> ids = ids(submitter);
    long lost = ids.values().stream().filter(id -> !jobs.contains(id)).count();
    findings.add(
        "every accepted job is there and has ended (P1)",
        settled && lost == 0 && ids.size() == asked,
        ids.size() + " accepted, " + lost + " lost, " + auditor.states());
    findings.add(
        "no job was accepted twice",
        jobs.size() == ids.size() && new HashSet<>(ids.values()).size() == ids.size(),
        jobs.size() + " jobs");
    findings.add(
        "no answer surprised, and no connection broke but of a killed node",
        clients.surprises().isEmpty(),
        clients.surprises().toString());
  }

  private Map<Integer, String> ids(Submitter submitter) {
    Map<String, String> byNumber = auditor.jobsByPublicNumber();
    Map<Integer, String> ids = new HashMap<>(submitter.accepted());
    ids.replaceAll((order, id) -> byNumber.getOrDefault(id, id));
    return ids;
  }

  /** What Kling's clients see of their tasks is what became of the jobs. */
  void shown(Submitter submitter, KlingBackEnd kling, int nodes, long seed) {
    List<String> wrong = new ArrayList<>();
    Random random = new Random(seed);
    Map<String, String> states = auditor.statesByPublicNumber();
    submitter
        .accepted()
        .forEach(
            (number, id) -> {
              Order order = Order.of(number);
              if (order.door() != Door.OWN
                  && !isShown(order, id, states.getOrDefault(id, "none"), kling, random, nodes)) {
                wrong.add("job " + number);
              }
            });
    findings.add(
        "Kling's API shows every task of its clients as it ended", wrong.isEmpty(), "" + wrong);
  }

  /** Kling's clients were called with what became of their tasks. */
  void called(Submitter submitter, Callee callee) {
    Map<String, String> states = auditor.statesByPublicNumber();
    List<String> wrong = new ArrayList<>();
    submitter
        .tasks()
        .forEach(
            (order, task) -> {
              List<JsonObject> calls = callee.calls(task);
              String state = states.getOrDefault(task, "none");
              if (!callee.isInOrder(task)
                  || calls.isEmpty()
                  || !isRight(order, task, state, calls.get(calls.size() - 1))) {
                wrong.add("job " + order.number());
              }
            });
    findings.add(
        "Kling's clients were called in order, to the end of every task",
        wrong.isEmpty(),
        callee.count() + " calls; " + wrong);
  }

  private static boolean isShown(
      Order order, String id, String state, KlingBackEnd kling, Random random, int nodes) {
    List<JsonObject> shown = new ArrayList<>();
    new Patience(SHOWN)
        .isWithin(
            () -> {
              Optional<JsonObject> task = kling.task(order, id, random.nextInt(nodes));
              task.ifPresent(shown::add);
              return task.isPresent();
            });
    return !shown.isEmpty() && isRight(order, id, state, shown.get(0));
  }

  private static boolean isRight(Order order, String id, String state, JsonObject task) {
    boolean newer = order.door() == Door.NEWER;
    String status = task.getString(newer ? "status" : "task_status", "");
    if (!KlingBackEnd.id(order, task).equals(id)) {
      return false;
    }
    if (!state.equals("succeeded")) {
      return status.equals("failed");
    }
    if (newer) {
      return status.equals("succeeded") && task.getJsonArray("outputs").size() == 1;
    }
    JsonObject result = task.getJsonObject("task_result", new JsonObject());
    JsonArray files = result.getJsonArray(order.images() > 0 ? "images" : "videos");
    return status.equals("succeed") && files != null && files.size() == Math.max(1, order.images());
  }

  void paid(Submitter submitter) {
    List<String> twice = auditor.paidTwice(tasks);
    findings.add(
        "no job was paid twice (P2)",
        twice.isEmpty() && books.repeatedExternalIds().isEmpty(),
        books.accepted() + " tasks; " + twice + books.repeatedExternalIds());
    findings.add(
        "every task at the provider is one of ours (P2)",
        auditor.strangers(tasks).isEmpty() && tasks.size() == books.accepted(),
        tasks.size() + " tasks; " + auditor.strangers(tasks));
    List<String> forNothing = auditor.paidForNothing(tasks);
    findings.add(
        "whoever's task is billed has its result (P1)", forNothing.isEmpty(), "" + forNothing);
    List<String> unlike = unlike(ids(submitter));
    findings.add("every task makes as much as was ordered", unlike.isEmpty(), "" + unlike);
    balanced("video_unit", "video");
    balanced("image_unit", "image");
  }

  /** Jobs of whose tasks one makes another number of files. */
  private List<String> unlike(Map<Integer, String> ids) {
    Map<String, Integer> ordered = new HashMap<>();
    ids.forEach((number, id) -> ordered.put(id, Math.max(1, Order.of(number).images())));
    Map<String, String> jobs = auditor.jobsByExternalId();
    return tasks.stream()
        .filter(
            task -> {
              String job = jobs.getOrDefault(task.externalId(), "");
              return ordered.getOrDefault(job, task.count()) != task.count();
            })
        .map(BookedTask::taskId)
        .toList();
  }

  /**
   * @param asset as the ledger calls it
   * @param pack as the simulator does
   */
  private void balanced(String asset, String pack) {
    BigDecimal booked = auditor.booked(asset, "spent", "provider_drift", "provider_loss");
    BigDecimal billed = books.billedByPack().getOrDefault(pack, BigDecimal.ZERO);
    int open = auditor.openReservations();
    findings.add(
        "spent + drift + loss is the provider's bill, " + pack + " (P3)",
        booked.compareTo(billed) == 0 && open == 0 && auditor.crookedBalances() == 0,
        booked + " booked, " + billed + " billed, " + open + " open");
  }

  void slots() {
    findings.add(
        "never more in flight than slots, an image each (P4)",
        books.slots().values().stream()
            .allMatch(use -> use.highWater() <= use.limit() && use.refused() == 0),
        books.slots().toString());
    findings.add(
        "no slot is left taken (P4)", auditor.slotsTaken() == 0, auditor.slotsTaken() + "");
  }

  void screens(List<Follower> followers) {
    List<String> broken = auditor.brokenStories();
    findings.add(
        "every job's events lead to its end, each once (P5)", broken.isEmpty(), "" + broken);
    List<String> events = auditor.events();
    followers.forEach(follower -> screen(follower, events));
  }

  private void screen(Follower follower, List<String> events) {
    List<String> differences = ScreenDifferences.of(events, follower.seen());
    findings.add(
        "a screen saw every event once, in order (P5)",
        differences.isEmpty() && follower.trouble() == null,
        "%d of %d events over %d connections%s%s"
            .formatted(
                follower.seen().size(),
                events.size(),
                follower.connections(),
                differences.isEmpty() ? "" : "; " + differences,
                follower.trouble() == null ? "" : "; " + follower.trouble()));
  }

  void nodes(Injector injector) {
    findings.add(
        "nodes that were cut off see one another again",
        injector.isWhole() && injector.mostSeen() <= 1,
        "at most " + injector.mostSeen() + " seen while cut off");
    Takeovers takeovers = injector.takeovers();
    findings.add(
        "others took over the jobs of every killed node",
        takeovers.givenUp() == 0,
        takeovers.ofWork() + " nodes with jobs, " + takeovers.givenUp() + " given up");
    findings.add(
        "kills have hit nodes with jobs, so that there is something to take over",
        takeovers.isShown(),
        takeovers.ofWork() + " with jobs, " + takeovers.ofIdle() + " without");
  }
}
