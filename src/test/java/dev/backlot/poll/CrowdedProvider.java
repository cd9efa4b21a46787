package dev.backlot.poll;

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

/** Answers after 60 ms, but for a hundred questions that it never answers; used by one thread. */
final class CrowdedProvider implements VideoProvider {
  private static final Duration LATENCY = Duration.ofMillis(60);

  /** Every tenth of the first questions after those that meet everybody at once. */
  private static final int HANGS = 10;

  private record Waiting(Instant readyAt, List<ByTaskId> tasks, Promise<List<TaskLookup>> answer) {}

  private final InstantSource clock;
  private final int mayHang;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<String, Instant> seen = new HashMap<>();
  private Duration longestGap = Duration.ZERO;
  private int requests;
  private int hung;

  CrowdedProvider(InstantSource clock, int mayHang) {
    this.clock = clock;
    this.mayHang = mayHang;
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

  /** Of all tasks, between two looks, before the first and after the last. */
  Duration longestGap(Instant from, Instant to, int tasks) {
    Duration longest = longestGap;
    for (int i = 0; i < tasks; i++) {
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
    if (requests++ % HANGS == 0 && hung < mayHang) {
      hung++;
    } else {
      waiting.add(new Waiting(clock.instant().plus(LATENCY), new ArrayList<>(tasks), answer));
    }
    return answer.future();
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
