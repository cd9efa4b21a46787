package dev.backlot.store;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.Secret;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the schema up to date, as its owner. Several nodes may do so at once: they take turns. */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private Migrations() {}

  /**
   * Blocks for about a second, longer while another node migrates: never on an event loop.
   *
   * @return how many migrations were run now
   */
  public static int run(DatabaseConfig config) {
    int run =
        Flyway.configure()
            .dataSource(
                config.jdbcUrl(),
                config.ownerUser(),
                config.ownerPassword().map(Secret::value).orElse(""))
            .locations("classpath:db/migration")
            .failOnMissingLocations(true)
            .validateMigrationNaming(true)
            .cleanDisabled(true)
            .load()
            .migrate()
            .migrationsExecuted;
    (run > 0 ? LOG.atInfo() : LOG.atDebug())
        .addKeyValue("migrations", run)
        .log("database schema is up to date");
    return run;
  }
}
