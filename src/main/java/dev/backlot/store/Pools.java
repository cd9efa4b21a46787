package dev.backlot.store;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DatabaseTls;
import dev.backlot.config.Secret;
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
 * Makes the one pool of a process, as {@code backlot_app}. A pool, not a pooled client: a client
 * with a pipelining limit would send single commits one behind the other over one connection, the
 * pool spreads them, and each transaction pipelines on the connection that it holds.
 */
public final class Pools {
  /** Statements under way on one connection: more than any of our transactions has. */
  private static final int PIPELINED = 64;

  private static final int PREPARED = 256;

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
    Pool pool =
        PgBuilder.pool()
            .using(vertx)
            .with(pool(config))
            .with(net(config))
            .connectingTo(connection(config, application))
            .build();
    return new BoundedPool(vertx, pool, config.connectTimeout());
  }

  private static PoolOptions pool(DatabaseConfig config) {
    return new PoolOptions()
        .setMaxSize(config.poolSize())
        .setMaxWaitQueueSize(config.poolWaiting())
        // None: see BoundedPool.
        .setConnectionTimeout(0)
        // Shorter than the cut of an idle socket: the pool should be the one to close it.
        .setIdleTimeout(millis(config.statementTimeout()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static NetClientOptions net(DatabaseConfig config) {
    return new NetClientOptions()
        .setConnectTimeout(millis(config.connectTimeout()))
        .setTcpKeepAlive(true)
        .setTcpNoDelay(true)
        .setIdleTimeout(2 * millis(config.statementTimeout()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static PgConnectOptions connection(DatabaseConfig config, String application) {
    String statementTimeout = Integer.toString(millis(config.statementTimeout()));
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
        // A frozen node must not keep its locks.
        .addProperty("idle_in_transaction_session_timeout", statementTimeout);
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
