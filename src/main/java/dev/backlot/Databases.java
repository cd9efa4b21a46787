package dev.backlot;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.EmbeddedDatabase;
import dev.backlot.store.Migrations;
import java.util.function.Consumer;

/** Brings the database to where this version needs it. Blocking. */
final class Databases {
  private Databases() {}

  /**
   * Starts the embedded server when it is configured, and migrates.
   *
   * @return the settings with the port that is really in use
   */
  static DatabaseConfig open(DatabaseConfig config, Closers closers, Consumer<String> progress) {
    DatabaseConfig running = config;
    if (config.mode() == DatabaseConfig.Mode.EMBEDDED) {
      progress.accept("starting PostgreSQL (the first start unpacks it and takes longer)");
      EmbeddedDatabase server = EmbeddedDatabase.start(EmbeddedDatabase.Settings.of(config));
      closers.add("PostgreSQL", server::stop);
      running = config.withPort(server.port());
    }
    progress.accept("bringing the database schema up to date");
    Migrations.run(running);
    return running;
  }
}
