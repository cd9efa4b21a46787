package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one task in one asset.
 *
 * @param billed the sum of its rows in the export, of whatever day
 * @param rows how many those are; corrections of the provider's are rows too
 * @param isListed the export has a row of the task, in this asset or another
 * @param ours what the books say; null for a task that nobody here has made
 * @param corrected what earlier reconciliations have booked for it, signed
 * @param corrections how many those were
 */
public record TaskBill(
    String taskId,
    Asset asset,
    Credits billed,
    int rows,
    boolean isListed,
    @Nullable OurTask ours,
    Credits corrected,
    int corrections) {

  /** What the books have of it in this asset, earlier corrections included. */
  public Credits booked() {
    return ours == null || ours.asset() != asset ? corrected : ours.booked().plus(corrected);
  }
}
