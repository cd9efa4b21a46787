package dev.backlot;

import dev.backlot.config.AccountConfig;
import dev.backlot.config.AccountConfig.Standing;
import dev.backlot.dispatch.Dispatch;
import dev.backlot.domain.catalog.SlotClass;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the configuration says of the accounts' weights, prices and pools. */
final class ConfiguredStandings implements Dispatch.Standings {
  private final List<AccountConfig> accounts;
  private final Map<String, Standing> standings;

  ConfiguredStandings(List<AccountConfig> accounts) {
    this.accounts = List.copyOf(accounts);
    this.standings =
        accounts.stream()
            .collect(Collectors.toUnmodifiableMap(AccountConfig::id, AccountConfig::standing));
  }

  @Override
  public BigDecimal price(String account) {
    return of(account).priceFactor();
  }

  @Override
  public int weight(String account) {
    return of(account).weight();
  }

  @Override
  public List<String> others(String account, String slotClass, int slots) {
    SlotClass wanted = SlotClass.parse(slotClass);
    return accounts.stream()
        .filter(other -> !other.id().equals(account) && areOfOnePool(other.id(), account))
        .filter(other -> other.slots().of(wanted) >= slots)
        .map(AccountConfig::id)
        .toList();
  }

  private boolean areOfOnePool(String one, String other) {
    return pool(one).isPresent() && pool(one).equals(pool(other));
  }

  private Optional<String> pool(String account) {
    return accounts.stream()
        .filter(each -> each.id().equals(account))
        .map(AccountConfig::pool)
        .findFirst();
  }

  private Standing of(String account) {
    return standings.getOrDefault(account, Standing.even());
  }
}
