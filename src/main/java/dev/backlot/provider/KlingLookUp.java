package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.config.AccountConfig.Lookup;
import dev.backlot.config.ProviderConfig.ListPages;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.VideoProvider.ByExternalId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One look-up by our own id (promise P2): first in the way that belongs to the attempt's route,
 * and, when nothing was found there, in a second one that has to agree. The "not found" (1201) of a
 * product path has other meanings too; the account says which second way goes with it. After {@code
 * GET /tasks} comes the list of tasks. Whatever is neither found nor surely absent is unclear.
 */
final class KlingLookUp {
  private static final TaskLookup NOT_THERE = new TaskLookup.NotThere();

  private final KlingAccount account;
  private final ByExternalId attempt;
  private final ListPages pages;
  private final Deadline deadline;

  KlingLookUp(KlingAccount account, ByExternalId attempt, ListPages pages, Deadline deadline) {
    this.account = account;
    this.attempt = attempt;
    this.pages = pages;
    this.deadline = deadline;
  }

  /** Never fails. */
  Future<TaskLookup> run() {
    return switch (attempt.lookup()) {
      case PATH ->
          account
              .get(attempt.path() + "/" + KlingClient.segment(attempt.externalId()), deadline)
              .compose(this::afterProductPath);
      case TASKS -> askTasks().compose(answer -> unlessThere(answer, this::readList));
      case LIST -> readList().compose(answer -> unlessThere(answer, this::afterList));
      case NONE -> answer(KlingClient.unclear("it cannot be looked up"));
    };
  }

  /** A second way is asked only when the first has found nothing. */
  private static Future<TaskLookup> unlessThere(
      TaskLookup first, Supplier<Future<TaskLookup>> second) {
    return first instanceof TaskLookup.NotThere ? second.get() : answer(first);
  }

  /** An account without a second way beside the list has the list alone, read to its end. */
  private Future<TaskLookup> afterList() {
    return account.lookup() == Lookup.TASKS ? askTasks() : answer(NOT_THERE);
  }

  /** Of all products in the newer dialect, of the attempt's own in the legacy one. */
  private Future<TaskLookup> readList() {
    return isNewer()
        ? new TaskScan(account, pages, attempt.firstSentAt(), this::ours, deadline).run()
        : readPage(1, Instant.MAX);
  }

  private Future<TaskLookup> afterProductPath(Reply reply) {
    if (reply instanceof Reply.Failure failure && failure.error().mayMeanNotThere()) {
      return account.lookup() == Lookup.TASKS ? askTasks() : readList();
    }
    if (reply instanceof Reply.Success success && isAnothers(success.data())) {
      return answer(KlingClient.unclear("the answer names another task"));
    }
    return answer(KlingClient.lookup(reply));
  }

  private Future<TaskLookup> askTasks() {
    String query = "/tasks?external_task_ids=" + KlingClient.segment(attempt.externalId());
    return account.get(query, deadline).map(this::judgeTasks);
  }

  private TaskLookup judgeTasks(Reply reply) {
    if (!(reply instanceof Reply.Success success)) {
      return KlingClient.lookup(reply);
    }
    if (!success.data().isArray()) {
      return KlingClient.unclear("the answer is not a list");
    }
    return success.data().isEmpty()
        ? NOT_THERE
        : ours(success.data()).orElseGet(() -> KlingClient.unclear("the answer names other tasks"));
  }

  /**
   * Reads one page of the product's list and decides whether to read the next.
   *
   * @param reached when the oldest task so far was made; null once the list was out of order
   */
  private Future<TaskLookup> readPage(int page, @Nullable Instant reached) {
    if (page > pages.most()) {
      return answer(new TaskLookup.Unclear(ErrorCode.OVERLOADED, "the list is longer than read"));
    }
    String query = "?pageNum=" + page + "&pageSize=" + pages.size();
    return account
        .get(attempt.path() + query, deadline)
        .compose(reply -> judgePage(reply, page, reached));
  }

  private Future<TaskLookup> judgePage(Reply reply, int page, @Nullable Instant reachedBefore) {
    if (!(reply instanceof Reply.Success success)) {
      return answer(KlingClient.lookup(reply));
    }
    JsonNode tasks = success.data();
    if (!tasks.isArray()) {
      return answer(KlingClient.unclear("the answer is not a list"));
    }
    // Not a short page: a server may give fewer tasks than it was asked for.
    if (tasks.isEmpty()) {
      return answer(NOT_THERE);
    }
    Optional<TaskLookup> ours = ours(tasks);
    if (ours.isPresent()) {
      return answer(ours.get());
    }
    Instant reached = reachedBefore == null ? null : runsBackTo(tasks, reachedBefore);
    return reached != null && reached.isBefore(attempt.firstSentAt().minus(pages.skew()))
        ? answer(NOT_THERE)
        : readPage(page + 1, reached);
  }

  /**
   * When the last task was made, provided that the list runs backwards in time: then nothing of
   * ours can follow a task older than our first send. That order is not documented, so it is
   * checked; out of it, only the end of the list proves anything. A page may overlap the one
   * before, pushed on by tasks that were made meanwhile.
   */
  static @Nullable Instant runsBackTo(JsonNode tasks, Instant reachedBefore) {
    Instant reached = Instant.MAX;
    for (JsonNode task : tasks) {
      Optional<Instant> createdAt = KlingPayloads.createdAt(task);
      if (createdAt.isEmpty() || createdAt.get().isAfter(reached)) {
        return null;
      }
      reached = createdAt.get();
    }
    return reached.isAfter(reachedBefore) ? null : reached;
  }

  private Optional<TaskLookup> ours(JsonNode tasks) {
    for (JsonNode task : tasks) {
      if (KlingPayloads.externalId(task).filter(attempt.externalId()::equals).isPresent()) {
        return Optional.of(found(task));
      }
    }
    return Optional.empty();
  }

  /**
   * A task of a product path is adopted as pending whatever its state: the next query there says
   * the rest, in the shape that its results are kept in.
   */
  private TaskLookup found(JsonNode task) {
    return KlingPayloads.report(task)
        .map(report -> isNewer() ? report : new TaskReport.Pending(report.taskId(), "submitted"))
        .<TaskLookup>map(TaskLookup.Found::new)
        .orElseGet(() -> KlingClient.unclear("a task without an id"));
  }

  private boolean isNewer() {
    return attempt.dialect().equals(Dialect.PATH_PER_MODEL.text());
  }

  private boolean isAnothers(JsonNode task) {
    return KlingPayloads.externalId(task)
        .filter(id -> !id.equals(attempt.externalId()))
        .isPresent();
  }

  private static Future<TaskLookup> answer(TaskLookup lookup) {
    return Future.succeededFuture(lookup);
  }
}
