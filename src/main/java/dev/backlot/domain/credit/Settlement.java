package dev.backlot.domain.credit;

import org.jspecify.annotations.Nullable;

/**
 * How the end of an attempt is paid for (promise P3). Tenant, drift and loss together are what the
 * provider billed; settled and released together are what was reserved.
 *
 * @param settled what the tenant pays, never more than was reserved
 * @param released what the tenant gets back
 * @param drift what the provider billed for a success beyond the reserved amount
 * @param loss what the provider billed and no tenant pays for
 */
public record Settlement(Credits settled, Credits released, Credits drift, Credits loss) {

  /**
   * The tenant got what it paid for, or asked for it to be dropped.
   *
   * @param billed what the provider charged; null when it did not say, which settles the reserved
   *     amount
   */
  public static Settlement ofSuccess(Credits reserved, @Nullable Credits billed) {
    Credits due = billed == null ? reserved : billed;
    Credits settled = due.min(reserved);
    return new Settlement(settled, reserved.minus(settled), due.minus(settled), Credits.ZERO);
  }

  /** The job ends without a result: nobody is charged for a failure. */
  public static Settlement ofFailure(Credits reserved, @Nullable Credits billed) {
    return new Settlement(
        Credits.ZERO, reserved, Credits.ZERO, billed == null ? Credits.ZERO : billed);
  }
}
