package dev.backlot.store;

import dev.backlot.domain.bill.Verdict;
import dev.backlot.port.BillLooks.Look;
import io.vertx.sqlclient.data.Numeric;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Writes what follows from a comparison: marks, corrections, and what is only listed. */
final class BillBooking {
  private final Look look;
  private final Statements transaction;
  private final Instant now;

  BillBooking(Look look, Statements transaction, Instant now) {
    this.look = look;
    this.transaction = transaction;
    this.now = now;
  }

  void write(List<BillVerdict> verdicts) {
    know(verdicts.stream().filter(BillVerdict::isKnown).toList());
    correct(
        verdicts.stream().filter(each -> each.verdict() instanceof Verdict.Correction).toList());
    list(verdicts.stream().filter(each -> each.isListedBy(look.day())).toList());
  }

  private void know(List<BillVerdict> known) {
    if (!known.isEmpty()) {
      transaction.execute(
          BillSql.KNOW,
          Rows.arguments(
              look.account(), Rows.column(known, each -> each.task().taskId(), String[]::new)));
    }
  }

  private void correct(List<BillVerdict> wrong) {
    if (wrong.isEmpty()) {
      return;
    }
    transaction.execute(
        BillSql.CORRECT,
        Rows.arguments(
            look.account(),
            look.day(),
            Rows.time(now),
            Rows.column(wrong, each -> each.task().taskId(), String[]::new),
            Rows.column(wrong, each -> each.task().asset().text(), String[]::new),
            Rows.column(wrong, each -> each.correction().finding().text(), String[]::new),
            Rows.column(wrong, BillBooking::house, String[]::new),
            Rows.column(wrong, each -> Rows.numeric(each.task().billed()), Numeric[]::new),
            Rows.column(wrong, each -> Rows.numeric(each.correction().booked()), Numeric[]::new),
            Rows.column(wrong, each -> Rows.numeric(each.correction().amount()), Numeric[]::new),
            Rows.column(wrong, each -> each.task().corrections() + 1, Integer[]::new),
            Rows.column(wrong, BillVerdict::attempt, UUID[]::new),
            Rows.column(wrong, BillVerdict::job, UUID[]::new)));
  }

  private static String house(BillVerdict verdict) {
    return verdict.correction().house().name().toLowerCase(Locale.ROOT);
  }

  private void list(List<BillVerdict> listed) {
    if (listed.isEmpty()) {
      return;
    }
    transaction.execute(
        BillSql.LIST,
        Rows.arguments(
            look.account(),
            look.day(),
            Rows.time(now),
            Rows.column(listed, each -> each.task().taskId(), String[]::new),
            Rows.column(listed, each -> each.task().asset().text(), String[]::new),
            Rows.column(listed, each -> each.listed().finding().text(), String[]::new),
            Rows.column(listed, each -> Rows.numeric(each.task().billed()), Numeric[]::new),
            Rows.column(listed, each -> Rows.numeric(each.listed().booked()), Numeric[]::new),
            Rows.column(listed, BillVerdict::attempt, UUID[]::new),
            Rows.column(listed, BillVerdict::job, UUID[]::new)));
  }
}
