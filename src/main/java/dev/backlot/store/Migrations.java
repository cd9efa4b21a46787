package dev.backlot.store;

import dev.backlot.config.ConfigException;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.Secret;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
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
   * @throws ConfigException when the database holds what these migrations did not make
   */
  public static int run(DatabaseConfig config) {
    int run = migrate(config);
    (run > 0 ? LOG.atInfo() : LOG.atDebug())
        .addKeyValue("migrations", run)
        .log("database schema is up to date");
    return run;
  }

  private static int migrate(DatabaseConfig config) {
    try {
      return flyway(config).migrate().migrationsExecuted;
    } catch (FlywayException failure) {
      throw isForeign(failure) ? foreign(config) : failure;
    }
  }

  private static boolean isForeign(FlywayException failure) {
    return failure instanceof FlywayValidateException
        || failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE;
  }

  private static ConfigException foreign(DatabaseConfig config) {
    boolean embedded = config.mode() == DatabaseConfig.Mode.EMBEDDED;
    String what =
        embedded
            ? "the database in " + config.directory()
            : "the database " + config.name() + " on " + config.host() + ":" + config.port();
    return new ConfigException(
        embedded ? "database.directory" : "database.name",
        what
            + " holds tables that this version of Backlot did not make, or that were changed since"
            + " it made them. Nothing was touched: name an empty one, restore a backup of yours, or"
            + " start the version that made it.");
  }

  private static Flyway flyway(DatabaseConfig config) {
    return Flyway.configure()
        .dataSource(
            config.jdbcUrl(),
            config.ownerUser(),
            config.ownerPassword().map(Secret::value).orElse(""))
        .locations("classpath:db/migration")
        .failOnMissingLocations(true)
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        .load();
  }
}
