package dev.backlot.poll;

import dev.backlot.domain.job.AttemptId;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Hints at attempts that are not watched here: the provider may tell of a task before its create is
 * answered, or before that answer is recorded. Hints reach every node, so most of these belong to
 * attempts of others, or to some that have ended, and are never asked for. Beyond the bound the
 * oldest is forgotten, and the next poll finds the same.
 */
final class EarlyHints {
  private final Set<AttemptId> attempts = new LinkedHashSet<>();
  private final int max;

  /**
   * @param max most attempts that are remembered
   */
  EarlyHints(int max) {
    this.max = max;
  }

  void remember(AttemptId attempt) {
    if (attempts.add(attempt) && attempts.size() > max) {
      Iterator<AttemptId> oldest = attempts.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Whether there was one for it; it counts once. */
  boolean take(AttemptId attempt) {
    return attempts.remove(attempt);
  }
}
