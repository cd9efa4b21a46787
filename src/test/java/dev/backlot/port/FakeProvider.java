package dev.backlot.port;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A provider in memory that passes the same contract test as the real client. Answers at once, on
 * the thread that asks. Thread-safe, so that a test may script it while verticles use it.
 */
public final class FakeProvider implements VideoProvider, ProviderScript {
  private static final int ALREADY_EXISTS = 1201;

  private final Deque<Fate> fates = new ArrayDeque<>();
  private final Map<String, TaskReport> tasks = new LinkedHashMap<>();
  private final Set<String> invisible = new HashSet<>();
  private final List<Create> creates = new ArrayList<>();
  private final List<Runnable> heldBack = new ArrayList<>();
  private final Set<String> hanging = new HashSet<>();
  private boolean queriesBroken;
  private int queries;

  @Override
  public synchronized Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    if (!permit.getAsBoolean()) {
      return outcome(new NeverSent(ErrorCode.OVERLOADED, "not permitted any more"));
    }
    creates.add(create);
    Fate next = fates.poll();
    return outcome(apply(next == null ? new Fate.Accept() : next, create.externalId(), late));
  }

  private SubmitOutcome apply(Fate fate, String externalId, Consumer<SubmitOutcome> late) {
    if (fate instanceof Fate.Refuse refuse) {
      int number = refuse.providerCode();
      return new Refused(refuse.code(), number, number == ALREADY_EXISTS, refuse.code().title());
    }
    if (fate instanceof Fate.Vanish) {
      return new Unknown("no answer");
    }
    if (tasks.containsKey(externalId)) {
      ErrorCode code = ErrorCode.PROVIDER_REJECTED;
      return new Refused(code, ALREADY_EXISTS, true, code.title());
    }
    SubmitOutcome accepted = new Accepted(make(externalId));
    if (fate instanceof Fate.Accept) {
      return accepted;
    }
    if (fate instanceof Fate.AnswerLate) {
      heldBack.add(() -> late.accept(accepted));
    }
    if (fate instanceof Fate.AcceptInvisibly) {
      invisible.add(externalId);
    }
    return new Unknown("no answer");
  }

  @Override
  public synchronized Future<TaskLookup> query(ByTaskId task) {
    queries++;
    if (queriesBroken || hanging.contains(task.taskId())) {
      return unclear("broken");
    }
    return tasks.values().stream()
        .filter(report -> report.taskId().equals(task.taskId()))
        .findFirst()
        .<Future<TaskLookup>>map(report -> Future.succeededFuture(new TaskLookup.Found(report)))
        .orElseGet(() -> unclear("no such task"));
  }

  @Override
  public synchronized Future<List<TaskLookup>> queryAll(List<ByTaskId> asked) {
    queries++;
    if (queriesBroken || asked.stream().anyMatch(task -> hanging.contains(task.taskId()))) {
      TaskLookup broken = new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, "broken");
      return Future.succeededFuture(Collections.nCopies(asked.size(), broken));
    }
    return Future.succeededFuture(asked.stream().map(this::oneOf).toList());
  }

  private TaskLookup oneOf(ByTaskId task) {
    return tasks.values().stream()
        .filter(report -> report.taskId().equals(task.taskId()))
        .findFirst()
        .<TaskLookup>map(TaskLookup.Found::new)
        .orElseGet(TaskLookup.NotThere::new);
  }

  @Override
  public synchronized Future<TaskLookup> lookUp(ByExternalId attempt) {
    queries++;
    if (queriesBroken) {
      return unclear("broken");
    }
    TaskReport report = tasks.get(attempt.externalId());
    if (report == null || invisible.contains(attempt.externalId())) {
      return Future.succeededFuture(new TaskLookup.NotThere());
    }
    return Future.succeededFuture(new TaskLookup.Found(report));
  }

  @Override
  public synchronized void next(Fate... next) {
    fates.addAll(List.of(next));
  }

  @Override
  public synchronized void reveal(String externalId) {
    invisible.remove(externalId);
    if (!tasks.containsKey(externalId)) {
      make(externalId);
    }
  }

  @Override
  public void answerLate() {
    List<Runnable> answers;
    synchronized (this) {
      answers = List.copyOf(heldBack);
      heldBack.clear();
    }
    answers.forEach(Runnable::run);
  }

  @Override
  public synchronized void succeed(String externalId, String deduction) {
    succeed(externalId, deduction, null);
  }

  /** With the times that the provider's clock showed. */
  public synchronized void succeed(String externalId, Instant created, Instant ended) {
    succeed(externalId, "", new TaskReport.Times(created, ended));
  }

  private void succeed(String externalId, String deduction, TaskReport.@Nullable Times times) {
    Credits charged = deduction.isEmpty() ? null : Credits.of(deduction);
    String raw =
        "{\"task_result\":{\"videos\":[{\"url\":\"https://media.invalid/"
            + taskId(externalId)
            + ".mp4\",\"duration\":\"5.1\"}]}}";
    List<Output> outputs = List.of(new Output(0, "video", "5.1", false));
    tasks.put(
        externalId, new TaskReport.Succeeded(taskId(externalId), outputs, charged, raw, times));
  }

  @Override
  public synchronized void fail(String externalId, ErrorCode code) {
    tasks.put(
        externalId, new TaskReport.Failed(taskId(externalId), code, code.title(), null, "{}"));
  }

  @Override
  public synchronized void breakQueries(boolean broken) {
    queriesBroken = broken;
  }

  /** No query about the task is answered, nor one that names it among others. */
  public synchronized void hang(String taskId) {
    hanging.add(taskId);
  }

  @Override
  public synchronized int tasks() {
    return tasks.size();
  }

  /** Every create that was sent, in order; the same external id may appear more than once. */
  public synchronized List<Create> creates() {
    return List.copyOf(creates);
  }

  /** External ids of the tasks that exist, oldest first. */
  public synchronized List<String> externalIds() {
    return List.copyOf(tasks.keySet());
  }

  /** How many queries and look-ups were asked; one for a whole group. */
  public synchronized int queries() {
    return queries;
  }

  public synchronized String taskId(String externalId) {
    TaskReport report = tasks.get(externalId);
    if (report == null) {
      throw new IllegalStateException("no task for " + externalId);
    }
    return report.taskId();
  }

  private String make(String externalId) {
    String taskId = Long.toString(867_300_000_000_000_001L + tasks.size());
    tasks.put(externalId, new TaskReport.Pending(taskId, "submitted"));
    return taskId;
  }

  private static Future<SubmitOutcome> outcome(SubmitOutcome outcome) {
    return Future.succeededFuture(outcome);
  }

  private static Future<TaskLookup> unclear(String reason) {
    return Future.succeededFuture(new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, reason));
  }
}
