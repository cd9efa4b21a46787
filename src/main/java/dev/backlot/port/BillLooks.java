package dev.backlot.port;

import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.BillingExports.Unreadable;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the provider's bills, one account and one UTC day at a time: the export is kept page by
 * page, and compared with the books afterwards. Nothing here is written for a node that does not
 * hold the account's {@link #duty} at that instant, nor for a look that another has gone on with.
 * Whatever is repeated, after a crash or by two nodes, is there once, and booked once.
 */
public interface BillLooks {
  /** Most tasks that are compared in one transaction. */
  int MAX_BATCH = 500;

  /** Who holds it looks at the account. */
  static String duty(String account) {
    return "reconciliation/" + account;
  }

  /** How far a look has come. */
  enum Phase {
    PACKAGE,
    BALANCE,
    BOOKS
  }

  /**
   * @param number higher than that of every look before
   * @param cursor where the export goes on; null at its beginning
   * @param begunAt when it began to read the export
   */
  record Look(
      String account,
      LocalDate day,
      int number,
      Phase phase,
      @Nullable String cursor,
      Instant begunAt) {}

  /**
   * Which days may be looked at.
   *
   * @param from first day that is looked at though it never was
   * @param to last day, inclusive; before {@code from} for none
   * @param lookedBefore a day that was looked at later has time
   * @param stale a look that has begun earlier begins anew: its cursor may be worth nothing
   */
  record Span(LocalDate from, LocalDate to, Instant lookedBefore, Instant stale) {}

  /** The first instant of this installation: what was billed before is not ours. */
  Future<Instant> installedAt();

  /** Goes on with a look that was left, or begins the next one that is due. */
  Future<Optional<Look>> next(NodeLease lease, String account, Span span, Instant now);

  /**
   * Keeps a page of the export.
   *
   * @param rows at most {@link BillingExports#MAX_PAGE}
   * @param next where the look has come with it
   * @return whether the look is still ours
   */
  Future<Boolean> keep(
      NodeLease lease, List<BillRow> rows, List<Unreadable> unreadable, Look next, Instant now);

  /** The export could not be read to its end: the next look begins anew. */
  Future<Void> drop(NodeLease lease, Look look);

  /**
   * Begins to compare: what was missing or pending is judged anew.
   *
   * @return whether the look is still ours
   */
  Future<Boolean> openBooks(NodeLease lease, Look look);

  /**
   * Attempts of the account that have a task, in the order in which they were made.
   *
   * @param from when the first was made, at the earliest
   * @param until exclusive
   * @param after the last one of the page before; null for the first page
   * @param limit at most {@link #MAX_BATCH}
   */
  Future<List<UUID>> attempts(
      String account, Instant from, Instant until, @Nullable UUID after, int limit);

  /**
   * Tasks of the day that no attempt was found for yet, by their ids.
   *
   * @param after the last one of the page before; empty for the first page
   */
  Future<List<Unowned>> unowned(Look look, String after, int limit);

  /**
   * @param isNew nothing was booked for it so far
   */
  record Unowned(String taskId, boolean isNew) {}

  record Maker(UUID attempt, String taskId) {}

  /** The attempts that made these tasks. A search through all that were made in that time. */
  Future<List<Maker>> makers(String account, List<String> tasks, Instant from, Instant until);

  /**
   * Compares the tasks of attempts with their bills, and books and lists what differs.
   *
   * @param listedBy what was closed before it should be in the export
   * @return whether the look is still ours
   */
  Future<Boolean> compareAttempts(
      NodeLease lease, Look look, List<UUID> attempts, Instant listedBy, Instant now);

  /** Likewise for tasks without an attempt here. */
  Future<Boolean> compareOthers(
      NodeLease lease, Look look, List<String> tasks, Instant listedBy, Instant now);

  /** Most calls, and most rows of calls, that are compared at once; more are halved by time. */
  int MAX_CALLS = 100_000;

  /**
   * @param from of the day
   * @param until of the day, exclusive
   * @param tolerance how far the time of a deduction may be from its call
   * @param listedBy what was closed before it should be in the export
   * @param isComplete the export should have all of the day
   */
  record CallSpan(
      Instant from, Instant until, Duration tolerance, Instant listedBy, boolean isComplete) {}

  /**
   * Compares the calls of the day that are answered at once. One of which nobody knows whether it
   * was done is kept when there is a row for it, and given back to its tenant when there is none.
   * Decided on a worker, written in batches: what a crash leaves over is decided anew. Only where
   * more than {@link #MAX_CALLS} lie within minutes is none of those decided; the day stays open.
   *
   * @return whether the look is still ours
   */
  Future<Boolean> compareCalls(NodeLease lease, Look look, CallSpan span, Instant now);

  /**
   * Sums the day up.
   *
   * @param isComplete the export should have all of the day: it is closed when nothing is missing
   *     or pending
   * @param isLast it is closed in any case
   */
  Future<Boolean> finish(
      NodeLease lease, Look look, boolean isComplete, boolean isLast, Instant now);
}
