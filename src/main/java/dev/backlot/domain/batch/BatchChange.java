package dev.backlot.domain.batch;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;

/** What a wish to change a batch led to. */
public sealed interface BatchChange {
  /** Written; its jobs follow in steps. */
  record Changed(JobBatch batch) implements BatchChange {}

  /** There is no such batch for this tenant. */
  record Unknown() implements BatchChange {}

  /** The batch was canceled before, and that is for good. */
  record Closed() implements BatchChange {}

  /**
   * The cap names no amount for an asset of its jobs.
   *
   * @param asset the one that is missing
   */
  record CapIncomplete(Asset asset) implements BatchChange {}

  /**
   * More than the new cap is spent or at work already. Nothing was changed.
   *
   * @param committed the lowest cap that is possible now
   */
  record CapTooLow(Asset asset, Credits committed) implements BatchChange {}
}
