package dev.backlot;

import dev.backlot.config.AccountConfig;
import dev.backlot.config.AccountConfig.Standing;
import dev.backlot.dispatch.Dispatch;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the configuration says of the accounts' weights and prices. */
final class ConfiguredStandings implements Dispatch.Standings {
  private final Map<String, Standing> standings;

  ConfiguredStandings(List<AccountConfig> accounts) {
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

  private Standing of(String account) {
    return standings.getOrDefault(account, Standing.even());
  }
}
