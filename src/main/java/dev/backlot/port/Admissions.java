package dev.backlot.port;

import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Takes jobs in: idempotency record, reservation, job and event, in one transaction per group. */
public interface Admissions {
  /** Most submissions of one group. */
  int MAX_GROUP = 500;

  /**
   * Stores a group. Equal (tenant, Idempotency-Key) pairs inside the group are allowed: the first
   * wins and the others are replays of it, or {@code KeyReused}.
   *
   * <p>Safe to repeat with the same ids: when the connection dies at the commit, the same group
   * stored again gives the answers of the first time. Serialization failures and deadlocks are
   * repeated inside, with jitter, at most five times.
   *
   * @return one admission for each submission, in order. Fails with {@code STORE_UNAVAILABLE} when
   *     surely nothing was stored, and with {@code OUTCOME_UNKNOWN} when that is not known
   */
  Future<List<Admission>> admit(List<Submission> group, Instant now);
}
