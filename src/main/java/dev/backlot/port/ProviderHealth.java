package dev.backlot.port;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** It may create, and not for a probe only. */
  default boolean isSound(String account) {
    return createsAllowed(account) > 1;
  }

  /**
   * The same of creates that one type of pack pays for: an account without it goes on with what its
   * others pay for.
   */
  default int createsAllowed(String account, String pack) {
    return createsAllowed(account);
  }

  default boolean mayCreate(String account, String pack) {
    return createsAllowed(account, pack) > 0;
  }

  default boolean isSound(String account, String pack) {
    return createsAllowed(account, pack) > 1;
  }

  /** Every breaker that has been used, in a stable order. */
  List<BreakerView> breakers();

  /** Accounts, and packs of accounts, that wait for their operator; in a stable order. */
  List<Parked> parked();

  /**
   * Lets a parked account, and those of its packs that are parked, be used again at once on this
   * node, because its operator says that it is mended. The first refusal parks it again. Nothing
   * happens to one that is not parked.
   */
  void unpark(String account);

  /**
   * @param guard {@code create} or {@code query}
   * @param state {@code closed}, {@code open} or {@code half_open}
   */
  record BreakerView(String account, String guard, String state) {}

  /**
   * @param pack what it is parked for alone; null for the whole account
   * @param code the provider's number of the refusal, for operators only
   * @param since when it was parked
   * @param until when the next create may probe it
   */
  record Parked(String account, @Nullable String pack, int code, Instant since, Instant until) {
    /** The account, and its pack behind a slash: {@code main} or {@code main/image}. */
    public String subject() {
      return pack == null ? account : account + "/" + pack;
    }
  }
}
