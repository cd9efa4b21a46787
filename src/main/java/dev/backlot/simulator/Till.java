package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Account;
import dev.backlot.config.SimulatorConfig.Charges;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What ended tasks are paid with: the account's packs, or its balance. The packs' books count units
 * in either case. Keeps the latest deductions up to a bound. Event loop only.
 */
final class Till {
  private final Charges charges;
  private final int rowsMax;
  private final Packs packs;
  private final BigDecimal credit;
  private final NavigableMap<Long, Deduction> deductions = new TreeMap<>();
  private BigDecimal paid = BigDecimal.ZERO;
  private long last;

  /**
   * @param rowsMax deductions kept; beyond it the oldest is forgotten
   */
  Till(Account account, Duration lag, int rowsMax) {
    this.charges = account.charges();
    this.rowsMax = rowsMax;
    this.packs = new Packs(account, lag);
    this.credit = Money.listPrice(PackType.VIDEO, account.packUnits());
  }

  Packs packs() {
    return packs;
  }

  Charges charges() {
    return charges;
  }

  /** Why nothing can be bought any more; null when it can. */
  @Nullable KlingError empty(PackType type) {
    if (charges == Charges.CASH) {
      return paid.compareTo(credit) >= 0 ? KlingError.ACCOUNT_IN_ARREARS : null;
    }
    return packs.of(type).isUsedUp() ? KlingError.PACK_USED_UP : null;
  }

  /** Takes what the task costs, when it ends. */
  void charge(Task task, long at) {
    charge(task, task.plan().billed(), at);
  }

  /**
   * Takes more for a task than it says itself, as only the export shows.
   *
   * @param units of its pack; below zero to give something back
   */
  void charge(Task task, BigDecimal units, long at) {
    PackType type = task.request().product().pack();
    Pack pack = packs.of(type);
    BigDecimal packBefore = pack.total().subtract(pack.billed());
    pack.bill(units, at);
    if (units.signum() == 0) {
      return;
    }
    if (charges == Charges.UNIT) {
      note(task, packBefore, units, at);
      return;
    }
    BigDecimal price = Money.listPrice(type, units);
    note(task, credit.subtract(paid), price, at);
    paid = paid.add(price);
  }

  /** Those with a number below, newest first. */
  Iterable<Deduction> before(long number) {
    return deductions.headMap(number, false).descendingMap().values();
  }

  private void note(Task task, BigDecimal before, BigDecimal amount, long at) {
    deductions.put(++last, new Deduction(last, task, before, amount, at));
    if (deductions.size() > rowsMax) {
      deductions.pollFirstEntry();
    }
  }
}
