package dev.backlot;

import dev.backlot.config.ConfigException;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.EmbeddedDatabase;
import dev.backlot.port.Durability;
import dev.backlot.store.Migrations;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Finds the database, and brings it to where this version needs it. Blocking. */
final class Databases {
  /** For the last checkpoint of an embedded server, whatever hung before. */
  private static final Duration OWN_TIME = Duration.ofSeconds(20);

  private Databases() {}

  /**
   * Starts the embedded server when it is configured.
   *
   * @return the settings with the port that is really in use
   */
  static DatabaseConfig open(DatabaseConfig config, Closers closers, Consumer<String> progress) {
    if (config.mode() == DatabaseConfig.Mode.EXTERNAL) {
      return config;
    }
    progress.accept("starting PostgreSQL (the first start unpacks it and takes longer)");
    EmbeddedDatabase server = EmbeddedDatabase.start(EmbeddedDatabase.Settings.of(config));
    closers.add("PostgreSQL", OWN_TIME, server::stop);
    return config.withPort(server.port());
  }

  /**
   * Migrates, or looks whether somebody has, on a server that keeps what it commits: without the
   * standby that it waits for, even the commit of a migration would hang.
   *
   * @throws ConfigException when the server keeps less than {@code database.failover} promises
   */
  static void prepare(DatabaseConfig database, Durability durability, Consumer<String> progress) {
    progress.accept("asking whether the database keeps what it commits");
    List<String> missing =
        Deployer.await("asking the database for its settings", durability.shortcomings());
    if (!missing.isEmpty()) {
      throw new ConfigException(
          "database.failover",
          "PostgreSQL keeps less than this promises: " + String.join(" ", missing));
    }
    schema(database, progress);
  }

  /**
   * @throws ConfigException when the schema is not, and cannot be, made what this version needs
   */
  static void schema(DatabaseConfig database, Consumer<String> progress) {
    if (database.migrates()) {
      progress.accept("bringing the database schema up to date");
      Migrations.run(database);
    } else {
      progress.accept("asking whether the database schema is up to date");
      Migrations.check(database);
    }
  }
}
