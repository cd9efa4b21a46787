package dev.backlot.port;

import dev.backlot.domain.job.TaskReport;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tasks at the provider that no job waits for any more. Nobody owns them, so nothing here needs a
 * fence: their jobs never change again, and each of them is closed by a compare-and-set on its own
 * row, which whoever comes second finds closed.
 */
public interface Strays {
  /** Most ends of one transaction. */
  int MAX_BATCH = 200;

  /** Most attempts that are looked up at a time. */
  int MAX_HINTED = 1_000;

  enum Kind {
    /** An attempt whose job was given up. It holds its slot until its end. */
    DETACHED,
    /** A task that no open attempt owns. It holds no slot here, whatever it holds there. */
    ORPHAN
  }

  /**
   * @param id of the attempt, or of the orphan
   * @param since when the provider took it, or when it was found
   */
  record Stray(
      Kind kind,
      UUID id,
      String account,
      String dialect,
      String path,
      String taskId,
      Instant since) {}

  /**
   * Those of an account that have not come to their end, page by page: by dialect, and the oldest
   * of each first.
   *
   * @param after the last one of the page before, whatever became of it; null for the first page
   */
  Future<List<Stray>> open(String account, @Nullable Stray after, int limit);

  /**
   * Those of these attempts whose jobs were given up, and that have not come to their end; the
   * others are left out.
   *
   * @param attempts at most {@link #MAX_HINTED}
   */
  Future<List<Stray>> detached(Collection<UUID> attempts);

  /** The end of a stray. */
  sealed interface End {
    Stray stray();

    /**
     * The task succeeded or failed. What the provider billed is provider-loss: its deduction, or,
     * for a success without one, what the job was to cost.
     */
    record Reported(Stray stray, TaskReport report) implements End {}

    /** The provider does not know the task any more: its bill, if any, shows in the export only. */
    record Forgotten(Stray stray) implements End {}
  }

  /**
   * Closes them: attempt or orphan, slot and loss in one transaction, each exactly once.
   *
   * @param ends at most {@link #MAX_BATCH}, of different strays, none of them pending
   * @return those that were closed by this call
   */
  Future<List<End>> close(List<End> ends, Instant now);

  /**
   * @param kind {@code detached} or {@code orphan}
   * @param state {@code open}; of an orphan also how it ended
   */
  record Count(String kind, String state, long strays) {}

  Future<List<Count>> counts();
}
