package dev.backlot.port;

import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the provider says it has billed an account for. Calls never fail. */
public interface BillingExports {
  /** Most rows of one page (Kling reference, section 7). */
  int MAX_PAGE = 500;

  /** An account pays from packs of units, or from a balance of money; each has an export. */
  enum Book {
    PACKAGE,
    BALANCE
  }

  /**
   * Some time of one export.
   *
   * @param from earliest time of deduction, by the provider's clock
   * @param until first time that does not belong to it
   * @param limit rows of a page, 1 to {@link #MAX_PAGE}
   */
  record Window(String account, Book book, Instant from, Instant until, int limit) {}

  sealed interface Page {
    /**
     * @param unreadable keys of rows that say too little to be booked
     * @param next where the export goes on, opaque; null at its end
     */
    record Read(List<BillRow> rows, List<Unreadable> unreadable, @Nullable String next)
        implements Page {
      public Read {
        rows = List.copyOf(rows);
        unreadable = List.copyOf(unreadable);
      }
    }

    record Unread(TaskLookup.Unclear why) implements Page {}
  }

  /**
   * @param key the same when it is given again
   * @param taskId empty when even that cannot be read
   */
  record Unreadable(String key, String taskId) {}

  /**
   * Reads one page.
   *
   * @param cursor of the page before, of the same window; null for the first page
   */
  Future<Page> read(Window window, @Nullable String cursor);
}
