package dev.backlot.store;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Claims;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Finished;
import dev.backlot.port.Endings.Refilled;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One batch of endings on its way into the database. Used once.
 *
 * <p>With a claim, the slots are given away in the transaction that frees them. Two transactions,
 * one after the other, would leave them empty for the second one's commit: six milliseconds at the
 * 99th percentile where a disk writes as fast as that. It also saves that commit, and a turn at the
 * log. The price is a round trip more, in which the rows of the endings stay locked.
 *
 * <p>The order of locks is kept: the claim adds no slots to those that the endings have locked, and
 * of lanes and jobs it takes only what it need not wait for. The log comes last, for both.
 */
final class Finish {
  private final PgTransactions transactions;
  private final CancelPolicy cancelPolicy;
  private final Instant now;
  private int freeSlots;
  private int queued;

  /**
   * Endings of which everything but the events is written.
   *
   * @param locked what queued jobs may take; null when they are to take nothing
   * @param unblocked whether a tenant or a batch was at its limit before
   */
  private record Begun(
      Batch<Ending> batch, Changes changes, Claim.@Nullable Locked locked, boolean unblocked) {}

  Finish(PgTransactions transactions, CancelPolicy cancelPolicy, Instant now) {
    this.transactions = transactions;
    this.cancelPolicy = cancelPolicy;
    this.now = now;
  }

  /** One that is refused holds up no other; see {@link Isolation}. */
  Future<Finished> plainly(List<Ending> endings) {
    Isolation<Ending> isolation = new Isolation<>(Ending::ref, PlainEnding::of, this::once);
    return Batch.store(endings, Ending::ref, isolation::store)
        .map(applied -> new Finished(applied, freeSlots, queued));
  }

  private Future<List<Ending>> once(List<Ending> endings) {
    return transactions
        .inTwoFlights(
            transaction -> lock(endings, transaction),
            (open, transaction) -> {
              Batch<Ending> batch = decide(endings, open);
              new Changes(batch.changes(), transaction, now).write();
              return Future.succeededFuture(batch);
            })
        .map(this::counted);
  }

  /**
   * All or nothing.
   *
   * @param endings of different jobs
   */
  Future<Refilled> withClaim(List<Ending> endings, Claim claim) {
    return transactions
        .inTwoFlights(
            transaction ->
                lock(endings, transaction)
                    .compose(open -> begin(decide(endings, open), claim, transaction)),
            (begun, transaction) -> {
              List<NewEvent> events = new ArrayList<>(begun.changes().events());
              if (begun.locked() != null) {
                events.addAll(claim.take(begun.locked(), transaction));
              }
              NewEvent.append(transaction, events, now);
              return Future.succeededFuture(begun);
            })
        .map(begun -> refilled(begun, claim));
  }

  private Future<Begun> begin(Batch<Ending> batch, Claim claim, Statements transaction) {
    claim.forget();
    Changes changes = new Changes(batch.changes(), transaction, now);
    Future<Boolean> unblocked = changes.writeRows();
    Set<SlotChanges.Place> freed = SlotChanges.freedBy(batch.changes()).keySet();
    if (freed.stream().noneMatch(claim::mayUse)) {
      return Future.succeededFuture(new Begun(batch, changes, null, false));
    }
    return claim
        .lock(freed, transaction)
        .compose(locked -> unblocked.map(was -> new Begun(batch, changes, locked, was)));
  }

  private Refilled refilled(Begun begun, Claim claim) {
    List<Ending> applied = counted(begun.batch());
    int left = begun.unblocked() ? freeSlots : left(begun, claim);
    return new Refilled(new Finished(applied, left, queued), claim.committed(transactions));
  }

  /** Place by place: what was taken here makes up for nothing that is left there. */
  private static int left(Begun begun, Claim claim) {
    Map<SlotChanges.Place, Integer> taken =
        SlotChanges.takenBy(claim.claimed().stream().map(Claimed::plan).toList());
    return SlotChanges.freedBy(begun.batch().changes()).entrySet().stream()
        .mapToInt(freed -> Math.max(0, freed.getValue() - taken.getOrDefault(freed.getKey(), 0)))
        .sum();
  }

  static Refilled notRefilled(Finished finished) {
    return new Refilled(finished, new Claims(List.of(), Future.succeededFuture(false)));
  }

  private static Future<Map<AttemptId, OpenAttempt>> lock(
      List<Ending> endings, Statements transaction) {
    List<AttemptRef> refs = endings.stream().map(Ending::ref).toList();
    return OpenAttempt.lock(transaction, refs);
  }

  private Batch<Ending> decide(List<Ending> endings, Map<AttemptId, OpenAttempt> open) {
    return Batch.decide(
        endings,
        Ending::ref,
        open,
        (attempt, ending) -> EndingChanges.decide(attempt, ending, cancelPolicy));
  }

  /** Only what is committed counts. */
  private List<Ending> counted(Batch<Ending> batch) {
    for (Change change : batch.changes()) {
      freeSlots += change.attempt().closes() ? change.of().slots() : 0;
      queued += change.job().state() == JobState.QUEUED ? 1 : 0;
    }
    return batch.applied();
  }
}
