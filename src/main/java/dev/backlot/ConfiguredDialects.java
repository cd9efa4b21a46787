package dev.backlot;

import dev.backlot.config.AccountConfig;
import dev.backlot.dispatch.Dispatch;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the configuration says of the accounts' dialects. */
final class ConfiguredDialects implements Dispatch.Dialects {
  private static final Reach NOWHERE = new Reach(Set.of(), (dialect, slotClass) -> 0);

  private final Map<String, AccountConfig> accounts;
  private final Map<String, Reach> reaches;
  private final Map<String, Reach> pools;

  ConfiguredDialects(List<AccountConfig> accounts) {
    this.accounts =
        accounts.stream()
            .collect(Collectors.toUnmodifiableMap(AccountConfig::id, Function.identity()));
    this.reaches = reaches(accounts, AccountConfig::id);
    this.pools = reaches(accounts, AccountConfig::pool);
  }

  private static Map<String, Reach> reaches(
      List<AccountConfig> accounts, Function<AccountConfig, String> name) {
    return accounts.stream()
        .collect(
            Collectors.groupingBy(
                name,
                Collectors.collectingAndThen(Collectors.toList(), ConfiguredDialects::reach)));
  }

  private static Reach reach(List<AccountConfig> accounts) {
    Set<Dialect> spoken =
        accounts.stream().flatMap(ConfiguredDialects::spoken).collect(Collectors.toSet());
    return new Reach(
        spoken,
        (dialect, slotClass) ->
            accounts.stream()
                .filter(each -> each.speaks(dialect.text()))
                .mapToInt(each -> each.slots().of(slotClass))
                .max()
                .orElse(0));
  }

  private static Stream<Dialect> spoken(AccountConfig account) {
    return Arrays.stream(Dialect.values()).filter(dialect -> account.speaks(dialect.text()));
  }

  @Override
  public Reach ofAccount(String account) {
    return reaches.getOrDefault(account, NOWHERE);
  }

  @Override
  public Reach of(String pool, @Nullable String account) {
    if (account == null) {
      return pools.getOrDefault(pool, NOWHERE);
    }
    AccountConfig known = accounts.get(account);
    return known != null && known.pool().equals(pool) ? ofAccount(account) : NOWHERE;
  }

  @Override
  public Optional<Dialect> preferred(String account, String model, String version) {
    return Optional.ofNullable(accounts.get(account))
        .flatMap(known -> known.dialects().preferred(model, version));
  }
}
