package dev.backlot.store;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.Secret;
import dev.backlot.port.ClusterPeers;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes on the same database find one another there. One short connection every few seconds, by
 * JDBC, because the event loops that a pool needs start after the cluster was joined.
 */
public final class PgClusterPeers implements ClusterPeers {
  /** A row is renewed at least every 15 s; one this old is of a node that was killed. */
  static final Duration FRESH = Duration.ofMinutes(2);

  /** PostgreSQL's code for a table that is not there. */
  private static final String NO_TABLE = "42P01";

  /**
   * Where a node is, is a hint that is soon told again: no commit here waits for a standby. While
   * one is missing each would, on the server, for long after our socket has timed out, and one such
   * look follows the other until the server has no connection left. Then come milliseconds: what we
   * no longer wait for should not go on there either.
   */
  private static final String HINTS_ONLY = "-c synchronous_commit=local -c statement_timeout=";

  private static final Logger LOG = LoggerFactory.getLogger(PgClusterPeers.class);

  private final DatabaseConfig config;

  public PgClusterPeers(DatabaseConfig config) {
    this.config = config;
  }

  @Override
  public List<InetSocketAddress> exchange(InetSocketAddress own) {
    try (Connection connection = connect()) {
      run(connection, ClusterPeerSql.FORGET, FRESH.toSeconds());
      run(connection, ClusterPeerSql.ANNOUNCE, own.getAddress().getHostAddress(), own.getPort());
      return read(connection);
    } catch (SQLException failure) {
      report(failure);
      return List.of();
    }
  }

  @Override
  public void leave(InetSocketAddress own) {
    try (Connection connection = connect()) {
      run(connection, ClusterPeerSql.LEAVE, own.getAddress().getHostAddress(), own.getPort());
    } catch (SQLException failure) {
      report(failure);
    }
  }

  private static List<InetSocketAddress> read(Connection connection) throws SQLException {
    List<InetSocketAddress> peers = new ArrayList<>();
    try (PreparedStatement read = connection.prepareStatement(ClusterPeerSql.READ)) {
      read.setLong(1, FRESH.toSeconds());
      read.setInt(2, MAX);
      try (ResultSet rows = read.executeQuery()) {
        while (rows.next()) {
          peers.add(new InetSocketAddress(rows.getString("address"), rows.getInt("port")));
        }
      }
    }
    return peers;
  }

  private static void run(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", config.appUser());
    properties.setProperty("password", config.appPassword().map(Secret::value).orElse(""));
    properties.setProperty("ApplicationName", "backlot cluster");
    // In whole seconds, the shortest that the driver knows.
    String patience = String.valueOf(Math.max(1, config.connectTimeout().toSeconds()));
    properties.setProperty("connectTimeout", patience);
    properties.setProperty("loginTimeout", patience);
    properties.setProperty("socketTimeout", patience);
    properties.setProperty("options", HINTS_ONLY + config.connectTimeout().toMillis());
    return DriverManager.getConnection(config.jdbcUrl(), properties);
  }

  /** The first node of all comes before the table: its own migrations make that. */
  private static void report(SQLException failure) {
    if (NO_TABLE.equals(failure.getSQLState())) {
      LOG.debug("there is no table of nodes yet");
      return;
    }
    LOG.atWarn()
        .addKeyValue("sqlState", failure.getSQLState())
        .log("the database does not say where other nodes are");
  }
}
