package dev.backlot.database;

import dev.backlot.config.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the embedded server's superuser does, and nobody else: the two roles and the database. It
 * only listens on loopback and trusts whoever connects there.
 */
final class EmbeddedRoles {
  private static final String SUPERUSER = "postgres";
  private static final int CONNECT_SECONDS = 3;
  private static final int LOOKS = 10;

  private EmbeddedRoles() {}

  /** Whether a server answers on this port and it is the one on our directory. */
  static boolean answers(int port, Path data) {
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW data_directory")) {
      return row.next() && Files.isSameFile(Path.of(row.getString(1)), data);
    } catch (SQLException | IOException noAnswer) {
      return false;
    }
  }

  /** Idempotent. */
  static void ensure(int port) {
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement()) {
      ensureRole(statement, DatabaseConfig.OWNER);
      ensureRole(statement, DatabaseConfig.APP);
      if (!exists(statement, "pg_database WHERE datname", DatabaseConfig.NAME)) {
        statement.execute(
            "CREATE DATABASE " + DatabaseConfig.NAME + " OWNER " + DatabaseConfig.OWNER);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("cannot prepare the embedded database", failure);
    }
  }

  /**
   * Whether another process serves from this server, to be asked when our own connections are
   * closed. The server takes a moment to notice that, so it is asked for up to a second.
   */
  static boolean inUse(int port) {
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement()) {
      boolean used = serving(statement);
      for (int look = 0; used && look < LOOKS; look++) {
        statement.execute("SELECT pg_sleep(0.1)");
        used = serving(statement);
      }
      return used;
    } catch (SQLException noAnswer) {
      return false;
    }
  }

  private static boolean serving(Statement statement) throws SQLException {
    return exists(statement, "pg_stat_activity WHERE usename", DatabaseConfig.APP);
  }

  private static void ensureRole(Statement statement, String role) throws SQLException {
    if (!exists(statement, "pg_roles WHERE rolname", role)) {
      statement.execute(
          "CREATE ROLE " + role + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION");
    }
  }

  private static boolean exists(Statement statement, String where, String name)
      throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT 1 FROM " + where + " = '" + name + "'")) {
      return row.next();
    }
  }

  private static Connection connect(int port) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {DatabaseConfig.LOOPBACK});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(SUPERUSER);
    source.setUser(SUPERUSER);
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(CONNECT_SECONDS * 10);
    return source.getConnection();
  }
}
