package dev.backlot.store;

import dev.backlot.config.ConfigException;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.Secret;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.ValidateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date, as its owner. Several nodes may do so at once: they take turns. A
 * node that does not migrate looks, as the application, whether somebody has; a schema that is
 * newer than its own version is as good, because versions that follow one another share one.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** PostgreSQL's code for a missing privilege. */
  private static final String DENIED = "42501";

  private static final Set<ErrorCode> NOT_APPLIED =
      Set.of(
          CoreErrorCode.RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED,
          CoreErrorCode.SCHEMA_DOES_NOT_EXIST);

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

  /**
   * Blocks likewise. Changes nothing.
   *
   * @throws ConfigException when migrations of this version are missing, or when the database holds
   *     what they did not make
   */
  public static void check(DatabaseConfig config) {
    ValidateResult found;
    try {
      found = flyway(config, config.appUser(), config.appPassword()).validateWithResult();
    } catch (FlywayException failure) {
      throw isDenied(failure) ? behind(config) : failure;
    }
    if (found.validationSuccessful) {
      return;
    }
    boolean onlyMissing =
        found.invalidMigrations.stream()
            .allMatch(each -> NOT_APPLIED.contains(each.errorDetails.errorCode));
    throw onlyMissing ? behind(config) : foreign(config);
  }

  /** The history may be read since the migration that allows it. */
  private static boolean isDenied(FlywayException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refused && DENIED.equals(refused.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static ConfigException behind(DatabaseConfig config) {
    return new ConfigException(
        "database.migrate",
        "The schema of the database "
            + config.name()
            + " on "
            + config.host()
            + ":"
            + config.port()
            + " is older than this version of Backlot. Run `backlot migrate` with the owner's password"
            + " first, or let the nodes migrate (true).");
  }

  private static int migrate(DatabaseConfig config) {
    try {
      return flyway(config, config.ownerUser(), config.ownerPassword())
          .migrate()
          .migrationsExecuted;
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

  private static Flyway flyway(DatabaseConfig config, String user, Optional<Secret> password) {
    return Flyway.configure()
        .dataSource(config.jdbcUrl(), user, password.map(Secret::value).orElse(""))
        .locations("classpath:db/migration")
        .failOnMissingLocations(true)
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        // Indexes of large tables are built concurrently, which waits for every transaction: also
        // for one that held the lock of the migrations.
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load();
  }
}
