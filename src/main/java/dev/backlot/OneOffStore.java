package dev.backlot;

import dev.backlot.cli.StoreAccess;
import dev.backlot.config.AppConfig;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.EmbeddedDatabase;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.CommitGate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * The store for one command: beside a running service, or with an embedded server of its own that
 * is stopped again.
 */
final class OneOffStore implements StoreAccess {
  @Override
  public <R> R with(AppConfig config, Function<Stores, Future<R>> work) {
    Closers closers = new Closers();
    try {
      DatabaseConfig database = open(config.database(), closers);
      Databases.schema(database, step -> {});
      Vertx vertx = Vertx.vertx();
      closers.add("event loops", () -> Deployer.await("closing", vertx.close()));
      SecureRandom random = new SecureRandom();
      Uuid7 ids = new Uuid7(InstantSource.system(), random);
      Storage storage =
          Storage.open(
              vertx, database, config, new CommitGate(System::nanoTime), ids::next, random);
      closers.add("pools", () -> Deployer.await("closing the pools", storage.close()));
      return Deployer.await(
          "the command",
          work.apply(
              new Stores(
                  storage.keys(), storage.accessKeys(), storage.ledger(), storage.shares())));
    } finally {
      closers.closeAll();
    }
  }

  private static DatabaseConfig open(DatabaseConfig config, Closers closers) {
    if (config.mode() == DatabaseConfig.Mode.EXTERNAL) {
      return config;
    }
    EmbeddedDatabase server = EmbeddedDatabase.start(EmbeddedDatabase.Settings.of(config));
    if (!server.reused()) {
      closers.add("PostgreSQL", server::stop);
    }
    return config.withPort(server.port());
  }
}
