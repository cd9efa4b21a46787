package dev.backlot.port;

import java.util.List;

/** Which accounts may be used now. Thread-safe; answers from memory. */
public interface ProviderHealth {
  /** Not parked, and the breaker of its creates is not open. */
  boolean mayCreate(String account);

  /**
   * How many creates the account would let through now: 0 when it may not create, 1 when the next
   * one is a probe. A hint for claims, so that a probe does not wake a whole batch; the call itself
   * decides again.
   */
  default int createsAllowed(String account) {
    return mayCreate(account) ? Integer.MAX_VALUE : 0;
  }

  /** Every breaker that has been used, in a stable order. */
  List<BreakerView> breakers();

  /** Accounts that wait for their operator. */
  List<String> parked();

  /**
   * @param guard {@code create} or {@code query}
   * @param state {@code closed}, {@code open} or {@code half_open}
   */
  record BreakerView(String account, String guard, String state) {}
}
