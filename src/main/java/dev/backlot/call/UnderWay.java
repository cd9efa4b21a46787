package dev.backlot.call;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds the calls of this node that are under way, and spreads them over accounts. Thread-safe.
 */
final class UnderWay {
  private final int most;
  private final int mostOfTenant;
  private final Map<TenantId, Integer> byTenant = new HashMap<>();
  private final Map<String, Integer> byAccount = new HashMap<>();
  private int all;

  UnderWay(int most, int mostOfTenant) {
    this.most = most;
    this.mostOfTenant = mostOfTenant;
  }

  /**
   * Takes a place; {@link #leave} gives it back.
   *
   * @throws BacklotException when there is none
   */
  synchronized void enter(TenantId tenant) {
    if (all >= most) {
      throw new BacklotException(
          ErrorCode.OVERLOADED, "Too many calls are under way. Nothing was sent; try again soon.");
    }
    if (byTenant.getOrDefault(tenant, 0) >= mostOfTenant) {
      throw new BacklotException(
          ErrorCode.RATE_LIMITED,
          "%d calls of yours are under way, which is the most. Nothing was sent; wait for one."
              .formatted(mostOfTenant));
    }
    all++;
    byTenant.merge(tenant, 1, Integer::sum);
  }

  synchronized void leave(TenantId tenant) {
    all--;
    byTenant.computeIfPresent(tenant, (who, count) -> count == 1 ? null : count - 1);
  }

  /** The one of these with the fewest, which then has one more until {@link #ended}. */
  synchronized String begin(List<String> accounts) {
    String least =
        accounts.stream()
            .min(Comparator.comparing(account -> byAccount.getOrDefault(account, 0)))
            .orElseThrow();
    byAccount.merge(least, 1, Integer::sum);
    return least;
  }

  synchronized void ended(String account) {
    byAccount.computeIfPresent(account, (which, count) -> count == 1 ? null : count - 1);
  }
}
