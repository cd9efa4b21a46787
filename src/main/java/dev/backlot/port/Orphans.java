package dev.backlot.port;

import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.TaskList;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of ours at the provider that no open attempt owns: their attempt was closed before they
 * turned up, or is not in this database. They are kept as {@link Strays} and followed to their end.
 */
public interface Orphans {

  /**
   * @param attempt the closed attempt that made it; null when there is none here
   */
  record Found(UUID id, String taskId, @Nullable UUID attempt, @Nullable UUID job) {}

  /**
   * Up to when every orphan of a list is known: at first when this installation was made, never
   * after the first send of an attempt whose outcome is still unknown.
   */
  Future<Instant> sweptTo(TaskList list);

  /**
   * Keeps those that no open attempt owns and that no attempt was closed with. The attempt of a
   * task that is listed was committed before the task was made, so it is always seen.
   *
   * @param tasks with our external ids, at most 500
   * @return those that were not known before
   */
  Future<List<Found>> record(TaskList list, List<Listed> tasks, Instant now);

  /** The list was read back to its mark. {@code to}: when the reading began. */
  Future<Void> swept(TaskList list, Instant to);

  /**
   * @param open not at their end
   * @param found open ones and those that were found lately
   */
  record Tally(String account, long open, long found) {}

  /** By account, without accounts that have none. */
  Future<List<Tally>> tally(Instant foundSince);
}
