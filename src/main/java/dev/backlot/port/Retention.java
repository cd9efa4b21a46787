package dev.backlot.port;

import io.vertx.core.Future;
import java.time.Instant;

/** Removes what nobody will ask for any more, a bounded batch at a time. */
public interface Retention {
  /** What is removed, each by a time of its own. */
  enum Kind {
    /** By their expiry. */
    IDEMPOTENCY_KEYS,
    /** By their expiry. */
    STREAM_TOKENS,
    /**
     * By when they happened, always the oldest of the log and never its last one: what is kept has
     * no gaps, and the log's head stays where it is.
     */
    EVENTS,
    /** Resolved ones, by when they were. */
    ALERTS,
    /** Those whose lease has ended and that own no job, by their start. */
    NODES,
    /** The long values of inputs, by the end of their jobs. */
    INPUTS,
    /**
     * Where batches queue of which every job has ended, by the last change of what is said of the
     * batch. A repeat makes them anew.
     */
    BATCH_LANES,
    /** By their end; and whatever belongs to an endpoint that its tenant has removed. */
    WEBHOOK_DELIVERIES,
    /** What jobs have said of where they are told, by the end of the job. */
    JOB_WEBHOOKS,
    /**
     * Those for jobs of which none is under way and for which nothing waits, by when they were
     * asked for: not removed, but not in use any more.
     */
    IDLE_WEBHOOK_ADDRESSES,
    /**
     * Of which no delivery and no job is left: those that their tenants have removed, by when they
     * did, and those for jobs that nobody has asked for in a day before that time.
     */
    WEBHOOK_ENDPOINTS,
    /** Rows of the provider's billing export, by their day. */
    BILL_ROWS,
    /** What differed between bills and books, by its day. What was booked stays booked. */
    BILL_ITEMS,
    /**
     * What calls were answered, by their end. The calls themselves stay, with what they cost and
     * what they made: the books are sums of them.
     */
    CALL_ANSWERS
  }

  /**
   * Harmless on several nodes at once: rows that somebody else has locked are passed over.
   *
   * @param before what is of this time or younger stays
   * @param limit most rows of this batch; of lanes, most batches to which they belong
   * @return how many were removed; fewer than the limit when no more are left for now
   */
  Future<Integer> remove(Kind kind, Instant before, int limit);
}
