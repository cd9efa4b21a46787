package dev.backlot.store;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DatabaseTls;
import dev.backlot.config.NodeConfig;
import dev.backlot.config.Secret;
import dev.backlot.domain.node.CommitGate;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Makes the pools of a process, as {@code backlot_app}. A pool, not a pooled client: a client with
 * a pipelining limit would send single commits one behind the other over one connection, the pool
 * spreads them, and each transaction pipelines on the connection that it holds.
 */
public final class Pools {
  /**
   * Longest pause within a transaction, which is one round trip: a longer one is a node in trouble.
   * One that sends megabytes allows itself more: see {@link SilenceSql}.
   */
  private static final Duration GAP = Duration.ofSeconds(3);

  /** Statements under way on one connection: more than any of our transactions has. */
  private static final int PIPELINED = 64;

  /** One connection of so many is for reads alone. */
  private static final int READING_SHARE = 4;

  private static final int PREPARED = 256;

  /** A take-over may wait for a lock on jobs; the other one is for what never does. */
  static final int LEASE_CONNECTIONS = 2;

  /** For questions that are short and asked over and over. */
  static final int WATCH_CONNECTIONS = 1;

  private Pools() {}

  /**
   * At the bound of waiting requests the next one fails with {@code OVERLOADED}; one that waits for
   * longer than the connection time-out, with {@code STORE_UNAVAILABLE}. A connection on which
   * nothing moves for twice the statement time-out is cut, so that a silent network costs a bounded
   * time.
   *
   * @param application shown in {@code pg_stat_activity}
   */
  public static Pool create(Vertx vertx, DatabaseConfig config, String application) {
    return create(vertx, config, application, new CommitGate(System::nanoTime));
  }

  /**
   * @param gate while it is shut, nothing is committed
   */
  public static Pool create(
      Vertx vertx, DatabaseConfig config, String application, CommitGate gate) {
    Duration statement = config.statementTimeout();
    Bounds bounds =
        new Bounds(
            "backlot",
            config.poolSize(),
            config.connectTimeout(),
            statement,
            // Shorter than the cut of a silent socket: the pool should be the one to close it.
            statement,
            statement.multipliedBy(2));
    return create(vertx, config, bounds, application, gate);
  }

  /**
   * {@value #LEASE_CONNECTIONS} connections for heartbeats, take-over and duties. Among the
   * ordinary ones they would wait behind slow statements, and a lock on one table would cost every
   * node of the installation its lease. Their bounds follow from the lease: see {@link
   * NodeConfig#silence} and {@link NodeConfig#statementTimeout}.
   *
   * @param application shown in {@code pg_stat_activity}
   * @param gate while it is shut, nothing is committed
   */
  public static Pool forLease(
      Vertx vertx, DatabaseConfig config, NodeConfig node, String application, CommitGate gate) {
    Bounds bounds = inTimeForLease("backlot-lease", LEASE_CONNECTIONS, config, node);
    return create(vertx, config, bounds, application, gate);
  }

  /**
   * {@value #WATCH_CONNECTIONS} connection for what readiness and the watch over the standby ask.
   * Only reads go over it, so it answers while every commit hangs. Bounded like those of the lease.
   *
   * @param application shown in {@code pg_stat_activity}
   */
  public static Pool forWatch(
      Vertx vertx, DatabaseConfig config, NodeConfig node, String application) {
    Bounds bounds = inTimeForLease("backlot-watch", WATCH_CONNECTIONS, config, node);
    return create(vertx, config, bounds, application, new CommitGate(System::nanoTime));
  }

  private static Bounds inTimeForLease(
      String name, int size, DatabaseConfig config, NodeConfig node) {
    Duration silence = node.silence();
    Duration connect = config.connectTimeout();
    return new Bounds(
        name,
        size,
        connect.compareTo(silence) < 0 ? connect : silence,
        node.statementTimeout(),
        // Between the pause of two beats and the cut of a silent socket.
        node.heartbeat().plus(silence).dividedBy(2),
        silence);
  }

  /**
   * @param name of the pool in metrics: two of one name would be one there
   * @param connect until a connection stands
   * @param statement longest statement
   * @param idle after which the pool closes a connection that nobody needs
   * @param silence after which a socket on which nothing moves is cut
   */
  private record Bounds(
      String name,
      int size,
      Duration connect,
      Duration statement,
      Duration idle,
      Duration silence) {}

  private static Pool create(
      Vertx vertx, DatabaseConfig config, Bounds bounds, String application, CommitGate gate) {
    Pool pool =
        PgBuilder.pool()
            .using(vertx)
            .with(pool(config, bounds))
            .with(net(bounds))
            .connectingTo(connection(config, bounds, application))
            .build();
    Duration wait = config.connectTimeout();
    WriteSlots writes = new WriteSlots(vertx, writing(bounds.size()), config.poolWaiting(), wait);
    return new BoundedPool(vertx, pool, wait, gate, writes);
  }

  /** Of so many connections those that may be committing: the others are for reads. */
  private static int writing(int size) {
    return size - size / READING_SHARE;
  }

  private static PoolOptions pool(DatabaseConfig config, Bounds bounds) {
    return new PoolOptions()
        .setName(bounds.name())
        .setMaxSize(bounds.size())
        .setMaxWaitQueueSize(config.poolWaiting())
        // None: see BoundedPool.
        .setConnectionTimeout(0)
        .setIdleTimeout(millis(bounds.idle()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static NetClientOptions net(Bounds bounds) {
    return new NetClientOptions()
        .setConnectTimeout(millis(bounds.connect()))
        .setTcpKeepAlive(true)
        .setTcpNoDelay(true)
        .setIdleTimeout(millis(bounds.silence()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static PgConnectOptions connection(
      DatabaseConfig config, Bounds bounds, String application) {
    String statementTimeout = Integer.toString(millis(bounds.statement()));
    return encrypted(config.tls())
        .setHost(config.host())
        .setPort(config.port())
        .setDatabase(config.name())
        .setUser(config.appUser())
        .setPassword(config.appPassword().map(Secret::value).orElse(""))
        .setPipeliningLimit(PIPELINED)
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(PREPARED)
        // Our longest statements are longer than the default limit; all of ours are constants.
        .setPreparedStatementCacheSqlLimit(Integer.MAX_VALUE)
        .addProperty("application_name", application)
        .addProperty("client_encoding", "UTF8")
        .addProperty("TimeZone", "UTC")
        // Compiling takes longer than any statement of ours runs.
        .addProperty("jit", "off")
        .addProperty("statement_timeout", statementTimeout)
        .addProperty("idle_in_transaction_session_timeout", gap(bounds));
  }

  /**
   * A node that is frozen or cut off within a transaction must not keep its locks: others wait for
   * them, those of the log and of balances above all.
   */
  private static String gap(Bounds bounds) {
    return Integer.toString(Math.min(millis(bounds.statement()), millis(GAP)));
  }

  private static PgConnectOptions encrypted(DatabaseTls tls) {
    PgConnectOptions options = new PgConnectOptions();
    return switch (tls.mode()) {
      case DISABLE -> options.setSslMode(SslMode.DISABLE);
      case REQUIRE ->
          options
              .setSslMode(SslMode.REQUIRE)
              .setSslOptions(new ClientSSLOptions().setTrustAll(true));
      case VERIFY_FULL ->
          options
              .setSslMode(SslMode.VERIFY_FULL)
              .setSslOptions(
                  new ClientSSLOptions()
                      .setHostnameVerificationAlgorithm("HTTPS")
                      .setTrustOptions(
                          new PemTrustOptions().addCertPath(tls.ca().orElseThrow().toString())));
    };
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
