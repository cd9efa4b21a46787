package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.port.AccessKeys;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Keys;
import dev.backlot.port.Shares;
import io.vertx.core.Future;
import java.util.function.Function;

/** Opens the database for one command, its schema up to date, and closes it again. */
public interface StoreAccess {
  /** What the commands use of the store. */
  record Stores(Keys keys, AccessKeys accessKeys, CreditLedger ledger, Shares shares) {}

  /**
   * Waits for the work, so it must not be called on an event loop. Fails as the work fails.
   *
   * @return what the work's future completes with
   */
  <R> R with(AppConfig config, Function<Stores, Future<R>> work);
}
