package dev.backlot.store;

import dev.backlot.port.BillLooks.Look;
import dev.backlot.store.CallDecisions.Call;
import dev.backlot.store.CallDecisions.Owned;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Writes some of what was decided about calls that are answered at once. Each part is complete in
 * itself: after a crash what was not yet written is decided anew, with the same outcome.
 */
final class CallBooking {
  private final Look look;
  private final Statements transaction;
  private final Instant now;

  CallBooking(Look look, Statements transaction, Instant now) {
    this.look = look;
    this.transaction = transaction;
    this.now = now;
  }

  void own(List<Owned> pairs) {
    UUID[] calls = Rows.column(pairs, pair -> pair.call().id(), UUID[]::new);
    transaction.execute(
        CallBillSql.OWN,
        Rows.arguments(
            look.account(),
            Rows.column(pairs, pair -> pair.row().taskId(), String[]::new),
            Rows.column(pairs, pair -> pair.row().key(), String[]::new),
            calls));
    transaction.execute(CallBillSql.KEEP, Rows.arguments((Object) calls));
    book(pairs.stream().flatMap(pair -> pair.verdicts().stream()).toList());
  }

  void refund(List<Call> calls) {
    transaction.execute(
        ChangeSql.LOCK_BALANCES,
        Rows.arguments(
            Rows.column(calls, call -> call.tenant().value(), UUID[]::new),
            Rows.column(calls, call -> call.bill().asset().text(), String[]::new)));
    transaction.execute(
        CallBillSql.REFUND,
        Rows.arguments(Rows.column(calls, call -> call.bill().id(), UUID[]::new), Rows.time(now)));
  }

  void book(List<BillVerdict> verdicts) {
    new BillBooking(look, transaction, now).write(verdicts);
  }
}
