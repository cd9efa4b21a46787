package dev.backlot.call;

import dev.backlot.domain.job.Pinned;
import dev.backlot.port.ProviderHealth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The accounts that may answer a call now: not parked, and their breaker is closed. */
final class Accounts {
  private final List<String> ids;
  private final ProviderHealth health;

  /**
   * @param ids of those that speak the older dialect
   */
  Accounts(List<String> ids, ProviderHealth health) {
    this.ids = List.copyOf(ids);
    this.health = health;
  }

  /**
   * @param pinned what the call names of earlier ones, which only their account knows; null for
   *     nothing
   * @throws dev.backlot.domain.BacklotException when there is none
   */
  List<String> able(@Nullable Pinned pinned) {
    List<String> able =
        ids.stream()
            .filter(id -> pinned == null || pinned.account().equals(id))
            .filter(health::mayCreate)
            .toList();
    if (able.isEmpty()) {
      throw CallRefusals.noAccount();
    }
    return able;
  }
}
