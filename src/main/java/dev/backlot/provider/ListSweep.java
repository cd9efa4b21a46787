package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for many running tasks in the list of their product (Kling reference, section 3.1), newest
 * first, until all are found or the list, or the bound of pages, ends. A task that is made
 * meanwhile pushes others on to the next page, so that none is passed over. What is not found may
 * be there all the same, and is to be asked for by itself.
 */
final class ListSweep {
  private static final TaskLookup NOT_THERE = new TaskLookup.NotThere();
  private static final int SMALLEST_PAGE = 30;
  private static final int LARGEST_PAGE = 500;

  private final KlingAccount account;
  private final String path;
  private final List<String> ids;
  private final int pageSize;
  private final int mostPages;
  private final Deadline deadline;
  private final Map<String, TaskLookup> found = new HashMap<>();

  /**
   * @param ids not empty
   * @param mostPages bound, beyond which the rest is not there
   */
  ListSweep(KlingAccount account, String path, List<String> ids, int mostPages, Deadline deadline) {
    this.account = account;
    this.path = path;
    this.ids = ids;
    // What runs is among the newest, and what has ended meanwhile is between.
    this.pageSize = Math.max(SMALLEST_PAGE, Math.min(LARGEST_PAGE, 2 * ids.size()));
    this.mostPages = mostPages;
    this.deadline = deadline;
  }

  /** An answer for each id, in their order. Never fails. */
  Future<List<TaskLookup>> run() {
    return read(1);
  }

  private Future<List<TaskLookup>> read(int page) {
    Set<String> wanted = new HashSet<>(ids);
    wanted.removeAll(found.keySet());
    String query = path + "?pageNum=" + page + "&pageSize=" + pageSize;
    return account
        .get(query, body -> reply(body, wanted), deadline)
        .compose(reply -> judge(reply, page));
  }

  /** Carries what was found through the exchange, which knows nothing of lists. */
  private static Reply reply(byte[] body, Set<String> wanted) {
    Optional<TaskPage> page = TaskPage.read(body, wanted);
    return page.isPresent() ? new Reply.Page(page.get()) : KlingPayloads.reply(body);
  }

  private Future<List<TaskLookup>> judge(Reply reply, int page) {
    if (!(reply instanceof Reply.Page read)) {
      TaskLookup unclear =
          reply instanceof Reply.Success
              ? KlingClient.unclear("the answer is not a list")
              : KlingClient.lookup(reply);
      return Future.succeededFuture(answers(unclear));
    }
    for (Map.Entry<String, JsonNode> task : read.page().found().entrySet()) {
      found.put(task.getKey(), KlingClient.lookup(new Reply.Success(task.getValue())));
    }
    boolean last = read.page().tasks() < pageSize || page >= mostPages;
    return last || found.keySet().containsAll(ids)
        ? Future.succeededFuture(answers(NOT_THERE))
        : read(page + 1);
  }

  private List<TaskLookup> answers(TaskLookup otherwise) {
    return ids.stream().map(id -> found.getOrDefault(id, otherwise)).toList();
  }
}
