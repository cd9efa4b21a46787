package dev.backlot;

import dev.backlot.config.AccountConfig;
import dev.backlot.dispatch.Dispatch;
import dev.backlot.domain.catalog.Dialect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the configuration says of the accounts' dialects. */
final class ConfiguredDialects implements Dispatch.Dialects {
  private final Map<String, AccountConfig> accounts;

  ConfiguredDialects(List<AccountConfig> accounts) {
    this.accounts =
        accounts.stream()
            .collect(Collectors.toUnmodifiableMap(AccountConfig::id, Function.identity()));
  }

  @Override
  public boolean speaks(String account, Dialect dialect) {
    AccountConfig known = accounts.get(account);
    return known != null && known.speaks(dialect.text());
  }

  @Override
  public Optional<Dialect> preferred(String account, String model, String version) {
    return Optional.ofNullable(accounts.get(account))
        .flatMap(known -> known.dialects().preferred(model, version));
  }
}
