package dev.backlot.domain.bill;

import dev.backlot.domain.bill.Verdict.Correction;
import dev.backlot.domain.bill.Verdict.House;
import dev.backlot.domain.bill.Verdict.Listed;
import dev.backlot.domain.bill.Verdict.Matched;
import dev.backlot.domain.credit.Credits;
import java.time.Instant;

/**
 * Compares the provider's bill of a task with the books (promise P3): tenant + drift + loss = bill.
 * The difference is the house's, both ways. What a tenant paid when its job ended stays: the job
 * never changes again, and a tenant that was charged the estimate was told so.
 *
 * <pre>
 *   in the export  in the books        then
 *   yes            open                pending: booked when it has ended
 *   yes            closed, the same    matched
 *   yes            closed, another     the difference is booked: drift if a tenant paid, else loss
 *   yes            nowhere             foreign: booked as loss, to no tenant
 *   below zero     any                 different: listed, and nothing is booked
 *   no             nothing to pay      matched
 *   no             closed, paid        missing, once it has had its time; nothing is booked
 * </pre>
 */
public final class Matching {
  private static final Verdict MATCHED = new Matched();

  private Matching() {}

  /**
   * @param listedBy a task that was closed before it, and is not in the export, is missing
   */
  public static Verdict judge(TaskBill task, Instant listedBy) {
    OurTask ours = task.ours();
    if (ours != null && ours.isOpen()) {
      return task.isListed() ? new Listed(Finding.PENDING, task.booked()) : MATCHED;
    }
    if (!task.isListed()) {
      return isMissing(task, listedBy) ? new Listed(Finding.MISSING, task.booked()) : MATCHED;
    }
    if (task.billed().compareTo(Credits.ZERO) < 0) {
      // More given back than billed: its bill was of a day that nobody has read.
      return new Listed(Finding.DIFFERENT, task.booked());
    }
    Credits difference = task.billed().minus(task.booked());
    if (difference.equals(Credits.ZERO)) {
      return MATCHED;
    }
    House house = ours != null && ours.isPaid() ? House.DRIFT : House.LOSS;
    return new Correction(finding(task), house, task.booked(), difference);
  }

  private static boolean isMissing(TaskBill task, Instant listedBy) {
    OurTask ours = task.ours();
    return ours != null
        && ours.closedAt() != null
        && ours.closedAt().isBefore(listedBy)
        && task.booked().isPositive();
  }

  private static Finding finding(TaskBill task) {
    OurTask ours = task.ours();
    if (ours == null) {
      return Finding.FOREIGN;
    }
    boolean moved = ours.asset() != task.asset() || task.rows() == 0;
    return moved && ours.booked().isPositive() ? Finding.OTHER_ASSET : Finding.DIFFERENT;
  }
}
