package dev.backlot.poll;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Answers after 60 ms, but for some questions that it never answers, and for those about certain
 * tasks, which nobody waits for any longer after 10 s; used by one thread.
 */
final class CrowdedProvider implements VideoProvider {
  private static final Duration LATENCY = Duration.ofMillis(60);

  static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Every tenth of the first questions after those that meet everybody at once. */
  private static final int HANGS = 10;

  private record Waiting(Instant readyAt, List<ByTaskId> tasks, Promise<List<TaskLookup>> answer) {}

  private final InstantSource clock;
  private final int mayHang;
  private final int every;
  private final Instant from;
  private final Predicate<String> hangs;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Deque<Waiting> timingOut = new ArrayDeque<>();
  private final Map<String, Instant> seen = new HashMap<>();
  private Duration longestGap = Duration.ZERO;
  private int requests;
  private int hung;

  /**
   * @param mayHang so many questions are never answered
   * @param hangs tasks that keep every question hanging that names them
   */
  CrowdedProvider(InstantSource clock, int mayHang, Predicate<String> hangs) {
    this(clock, mayHang, HANGS, Instant.MIN, hangs);
  }

  private CrowdedProvider(
      InstantSource clock, int mayHang, int every, Instant from, Predicate<String> hangs) {
    this.clock = clock;
    this.mayHang = mayHang;
    this.every = every;
    this.from = from;
    this.hangs = hangs;
  }

  /** From then on so many questions in a row are never answered: an outage. */
  static CrowdedProvider silent(InstantSource clock, int mayHang, Instant from) {
    return new CrowdedProvider(clock, mayHang, 1, from, task -> false);
  }

  int hung() {
    return hung;
  }

  int requests() {
    return requests;
  }

  void answerWhatIsReady() {
    while (!waiting.isEmpty() && !waiting.peek().readyAt().isAfter(clock.instant())) {
      Waiting next = waiting.remove();
      next.answer().complete(next.tasks().stream().map(this::look).toList());
    }
  }

  void giveUpWhatHangs() {
    while (!timingOut.isEmpty() && !timingOut.peek().readyAt().isAfter(clock.instant())) {
      Waiting next = timingOut.remove();
      next.answer().complete(next.tasks().stream().map(this::unclear).toList());
    }
  }

  private TaskLookup unclear(ByTaskId task) {
    return new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, task.taskId());
  }

  /** Of all tasks, between two looks, before the first and after the last. */
  Duration longestGap(Instant from, Instant to, int tasks) {
    Duration longest = longestGap;
    for (int i = 0; i < tasks; i++) {
      if (hangs.test("task-" + i)) {
        continue;
      }
      Duration since = Duration.between(seen.getOrDefault("task-" + i, from), to);
      longest = since.compareTo(longest) > 0 ? since : longest;
    }
    return longest;
  }

  private TaskLookup look(ByTaskId task) {
    Instant before = seen.put(task.taskId(), clock.instant());
    if (before != null) {
      Duration gap = Duration.between(before, clock.instant());
      longestGap = gap.compareTo(longestGap) > 0 ? gap : longestGap;
    }
    return new TaskLookup.Found(new TaskReport.Pending(task.taskId(), "processing"));
  }

  @Override
  public Together together(String account, String dialect) {
    return account.equals("by-id") ? Together.BY_ID : Together.BY_LIST;
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    return ask(List.of(task)).map(answers -> answers.get(0));
  }

  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    return ask(tasks);
  }

  private Future<List<TaskLookup>> ask(List<ByTaskId> tasks) {
    Promise<List<TaskLookup>> answer = Promise.promise();
    if (tasks.stream().map(ByTaskId::taskId).anyMatch(hangs)) {
      timingOut.add(new Waiting(clock.instant().plus(DEADLINE), List.copyOf(tasks), answer));
    } else if (mayHangNow() && hung < mayHang) {
      hung++;
    } else {
      waiting.add(new Waiting(clock.instant().plus(LATENCY), new ArrayList<>(tasks), answer));
    }
    return answer.future();
  }

  private boolean mayHangNow() {
    return requests++ % every == 0 && !clock.instant().isBefore(from);
  }

  @Override
  public Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<TaskLookup> lookUp(ByExternalId attempt) {
    throw new UnsupportedOperationException();
  }
}
