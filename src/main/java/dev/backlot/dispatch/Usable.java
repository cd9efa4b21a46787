package dev.backlot.dispatch;

import dev.backlot.port.Dispatches.Pack;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.ProviderHealth.Parked;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a claim may use at this moment.
 *
 * @param shut packs of these accounts that it may not use
 * @param creates how many of its jobs may be sent
 */
record Usable(List<String> accounts, List<Pack> shut, long creates) {

  /** Accounts and packs that take whatever there is room for. */
  static Usable sound(List<String> accounts, ProviderHealth health) {
    List<String> sound = accounts.stream().filter(health::isSound).toList();
    return new Usable(sound, parkedPacks(health), allowed(sound, health));
  }

  /**
   * Those of which one job may try whether they work again. Whatever else a sound account does has
   * had its turn before, so what it gets here is for its parked pack.
   */
  static Usable onTrial(List<String> accounts, ProviderHealth health) {
    List<String> onTrial =
        accounts.stream()
            .filter(account -> health.mayCreate(account) && !health.isSound(account))
            .toList();
    List<Pack> parked = parkedPacks(health);
    List<Pack> tried = parked.stream().filter(pack -> mayTry(pack, accounts, health)).toList();
    List<Pack> shut = parked.stream().filter(pack -> !mayCreate(pack, health)).toList();
    Stream<String> ofPacks = tried.stream().map(Pack::account);
    return new Usable(
        Stream.concat(onTrial.stream(), ofPacks).distinct().toList(),
        shut,
        allowed(onTrial, health) + tried.size());
  }

  /** Of an account on trial the account itself is tried, whatever pays for it. */
  private static boolean mayTry(Pack pack, List<String> accounts, ProviderHealth health) {
    return accounts.contains(pack.account())
        && health.isSound(pack.account())
        && mayCreate(pack, health);
  }

  private static boolean mayCreate(Pack pack, ProviderHealth health) {
    return health.mayCreate(pack.account(), pack.type());
  }

  private static long allowed(List<String> accounts, ProviderHealth health) {
    return accounts.stream().mapToLong(health::createsAllowed).sum();
  }

  private static List<Pack> parkedPacks(ProviderHealth health) {
    return health.parked().stream().flatMap(Usable::pack).toList();
  }

  private static Stream<Pack> pack(Parked parked) {
    String type = parked.pack();
    return type == null ? Stream.empty() : Stream.of(new Pack(parked.account(), type));
  }
}
