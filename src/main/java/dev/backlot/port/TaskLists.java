package dev.backlot.port;

import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the provider lists of an account's tasks. Calls never fail. */
public interface TaskLists {

  /**
   * One list of an account.
   *
   * @param path product path of a legacy list; {@code /tasks} in the newer dialect
   */
  record TaskList(String account, String dialect, String path) {}

  /**
   * @param externalId as its creator chose it
   */
  record Listed(String taskId, String externalId) {}

  sealed interface Page {
    /**
     * @param tasks those that have an external id, whoever made them, at most 500
     * @param next where the list goes on, opaque; null when it has been read back to the instant
     *     that was asked for
     */
    record Read(List<Listed> tasks, @Nullable String next) implements Page {
      public Read {
        tasks = List.copyOf(tasks);
      }
    }

    record Unread(TaskLookup.Unclear why) implements Page {}
  }

  /**
   * Reads one page.
   *
   * @param since tasks that were made before it, by the provider's clock, may be left out
   * @param cursor of the page before, of the same list and instant; null for the first page
   */
  Future<Page> read(TaskList list, Instant since, @Nullable String cursor);
}
