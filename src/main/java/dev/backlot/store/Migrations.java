package dev.backlot.store;

import dev.backlot.config.ConfigException;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.Secret;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

  static final String SCRIPTS = "classpath:db/migration";

  /** Two seconds and a pause each: some two minutes. */
  private static final int TRIES = 40;

  private static final long PAUSE_MILLIS = 1_000;

  /** PostgreSQL's code for a missing privilege. */
  private static final String DENIED = "42501";

  private static final Set<ErrorCode> NOT_APPLIED =
      Set.of(
          CoreErrorCode.RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED,
          CoreErrorCode.SCHEMA_DOES_NOT_EXIST);

  private Migrations() {}

  /**
   * Blocks for about a second, longer while another node migrates or somebody uses a table that a
   * migration changes: never on an event loop.
   *
   * @return how many migrations were run now; behind a lock that was waited for, those after it
   * @throws ConfigException when the database holds what these migrations did not make, or a table
   *     was in use for two minutes
   */
  public static int run(DatabaseConfig config) {
    int run = run(config, SCRIPTS);
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
      found = flyway(config, config.appUser(), config.appPassword(), SCRIPTS).validateWithResult();
    } catch (FlywayException failure) {
      // The history may be read since the migration that allows it.
      throw says(failure, DENIED) ? behind(config) : failure;
    }
    if (found.validationSuccessful) {
      return;
    }
    boolean onlyMissing =
        found.invalidMigrations.stream()
            .allMatch(each -> NOT_APPLIED.contains(each.errorDetails.errorCode));
    throw onlyMissing ? behind(config) : foreign(config);
  }

  private static boolean says(FlywayException failure, String state) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refused && state.equals(refused.getSQLState())) {
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

  /**
   * A migration that does not get a lock in time is rolled back, lets pass who has waited behind
   * it, and is run again.
   */
  static int run(DatabaseConfig config, String... locations) {
    Flyway flyway = flyway(config, config.ownerUser(), config.ownerPassword(), locations);
    for (int n = 1; ; n++) {
      try {
        return flyway.migrate().migrationsExecuted;
      } catch (FlywayException failure) {
        if (!says(failure, BriefLocks.NOT_AVAILABLE)) {
          throw isForeign(failure) ? foreign(config) : failure;
        }
        if (n == TRIES) {
          throw locked(config, failure);
        }
        LOG.atInfo().log("a migration waits for who has long used a table that it changes");
        pause(failure);
      }
    }
  }

  private static void pause(FlywayException failure) {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private static ConfigException locked(DatabaseConfig config, FlywayException failure) {
    ConfigException busy =
        new ConfigException(
            "database.migrate",
            "Somebody has used a table of "
                + config.name()
                + " for minutes that a migration changes, a backup or an open session (see"
                + " pg_stat_activity). What was not migrated is as it was: run it again once that"
                + " is over.");
    busy.initCause(failure);
    return busy;
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

  private static Flyway flyway(
      DatabaseConfig config, String user, Optional<Secret> password, String... locations) {
    return Flyway.configure()
        .dataSource(config.jdbcUrl(), user, password.map(Secret::value).orElse(""))
        .locations(locations)
        .callbacks(new BriefLocks())
        .failOnMissingLocations(true)
        .validateMigrationNaming(true)
        .cleanDisabled(true)
        // Indexes of large tables are built concurrently, which waits for every transaction: also
        // for one that held the lock of the migrations.
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load();
  }
}
