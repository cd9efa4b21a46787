package dev.backlot;

import dev.backlot.catalog.CatalogVerticle;
import dev.backlot.catalog.CatalogWatch;
import dev.backlot.config.AccountConfig;
import dev.backlot.config.AppConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.config.ConfigException;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.port.Dispatches.SlotLimit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;

/** The catalog of one node: read at start, kept up with its files afterwards. */
final class LiveCatalog {
  private final AppConfig config;
  private final Storage storage;
  private final InstantSource clock;
  private final CatalogText text;
  private final CurrentCatalog current;
  private final CatalogWatch watch;

  /** Blocking. */
  LiveCatalog(Vertx vertx, AppConfig config, Storage storage, InstantSource clock) {
    this.config = config;
    this.storage = storage;
    this.clock = clock;
    this.text = CatalogText.read(config.catalog());
    this.current = new CurrentCatalog(CatalogFiles.read(text));
    this.watch =
        new CatalogWatch(
            new CatalogWatch.Files(
                () -> vertx.executeBlocking(() -> CatalogText.read(config.catalog())),
                changed -> vertx.executeBlocking(() -> CatalogFiles.read(changed))),
            text,
            current,
            storage.prices(),
            this::configureSlots,
            clock);
  }

  CurrentCatalog current() {
    return current;
  }

  CatalogWatch watch() {
    return watch;
  }

  /** Keeps the prices and makes room for every model. Blocking; once the schema is there. */
  void start(Deployer deployer) {
    Catalog catalog = current.get();
    String version = catalog.priceVersion();
    boolean kept =
        Deployer.await(
            "keeping the prices", storage.prices().keep(version, text.prices(), clock.instant()));
    if (!kept) {
      throw new ConfigException("catalog.prices", CatalogWatch.usedVersion(version));
    }
    Deployer.await("configuring the slots", configureSlots(catalog));
    if (config.catalog().isWatched()) {
      deployer.deploy("catalog", new CatalogVerticle(watch, config.catalog().checkEvery()));
    }
  }

  private Future<Void> configureSlots(Catalog catalog) {
    return storage.dispatches().configureSlots(limits(catalog), clock.instant());
  }

  /** One row for each account and each model: Kling counts tasks per account and model version. */
  private List<SlotLimit> limits(Catalog catalog) {
    return config.provider().accounts().stream()
        .flatMap(account -> catalog.slotClasses().stream().map(each -> limit(account, each)))
        .toList();
  }

  private static SlotLimit limit(AccountConfig account, SlotClass slotClass) {
    return new SlotLimit(
        account.pool(), account.id(), slotClass.text(), account.slots().of(slotClass));
  }
}
