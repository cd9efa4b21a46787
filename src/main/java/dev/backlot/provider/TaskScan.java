package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.config.ProviderConfig.ListPages;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code POST /tasks} page by page, from before the first send of an attempt on (Kling
 * reference, section 3.1). Only its end, said in so many words, proves that a task is not there.
 */
final class TaskScan {
  private static final String PATH = "/tasks";

  private final KlingAccount account;
  private final ListPages pages;
  private final Instant since;
  private final Function<JsonNode, Optional<TaskLookup>> ours;
  private final Deadline deadline;

  /**
   * @param since when the attempt was first sent, by our clock
   * @param ours finds the attempt's task in a page
   */
  TaskScan(
      KlingAccount account,
      ListPages pages,
      Instant since,
      Function<JsonNode, Optional<TaskLookup>> ours,
      Deadline deadline) {
    this.account = account;
    this.pages = pages;
    this.since = since;
    this.ours = ours;
    this.deadline = deadline;
  }

  /** Never fails. */
  Future<TaskLookup> run() {
    return read(1, null);
  }

  private Future<TaskLookup> read(int page, @Nullable String cursor) {
    if (page > pages.most()) {
      return answer(new TaskLookup.Unclear(ErrorCode.OVERLOADED, "the list is longer than read"));
    }
    Instant from = since.minus(pages.skew());
    return account
        .search(PATH, KlingPayloads.search(from, pages.size(), cursor), deadline)
        .compose(reply -> judge(reply, page, cursor));
  }

  private Future<TaskLookup> judge(Reply reply, int page, @Nullable String cursor) {
    if (!(reply instanceof Reply.Success success)) {
      return answer(KlingClient.lookup(reply));
    }
    JsonNode tasks = success.data().path("result");
    if (!tasks.isArray()) {
      return answer(KlingClient.unclear("the answer is not a list"));
    }
    Optional<TaskLookup> found = ours.apply(tasks);
    if (found.isPresent()) {
      return answer(found.get());
    }
    JsonNode more = success.data().path("has_more");
    if (more.isBoolean() && !more.booleanValue()) {
      return answer(new TaskLookup.NotThere());
    }
    String next = success.data().path("next_cursor").asText("");
    return next.isEmpty() || next.equals(cursor)
        ? answer(KlingClient.unclear("the list breaks off"))
        : read(page + 1, next);
  }

  private static Future<TaskLookup> answer(TaskLookup lookup) {
    return Future.succeededFuture(lookup);
  }
}
