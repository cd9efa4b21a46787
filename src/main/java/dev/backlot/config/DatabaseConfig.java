package dev.backlot.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the data is kept.
 *
 * @param mode whether we run PostgreSQL ourselves
 * @param directory of the embedded server; holds its data and its unpacked programs
 * @param host of the server; always loopback when it is embedded
 * @param port of the server
 * @param name of the database
 * @param migrates whether this process brings the schema up to date; one that does not looks
 *     whether somebody has
 * @param ownerUser runs the migrations
 * @param ownerPassword absent when the server is embedded, or others migrate
 * @param appUser serves; owns nothing
 * @param appPassword absent when the server is embedded
 * @param poolSize most connections of this process for its work, 2 to 200; three more keep its
 *     lease
 * @param poolWaiting most requests that wait for a connection; one more fails with OVERLOADED
 * @param tls how the connections are encrypted; not at all to an embedded server
 * @param failover what a committed job may count on when the primary is lost (promise P1)
 * @param connectTimeout for a new connection, and for a place in the pool
 * @param statementTimeout after which the server gives a statement up; those that keep the lease
 *     have a shorter one, {@link NodeConfig#statementTimeout}
 * @param commitDeadline how long a group whose commit is in doubt is stored again before its
 *     outcome is reported as unknown
 */
public record DatabaseConfig(
    Mode mode,
    Path directory,
    String host,
    int port,
    String name,
    boolean migrates,
    String ownerUser,
    Optional<Secret> ownerPassword,
    String appUser,
    Optional<Secret> appPassword,
    int poolSize,
    int poolWaiting,
    DatabaseTls tls,
    Failover failover,
    Duration connectTimeout,
    Duration statementTimeout,
    Duration commitDeadline) {

  /** Who runs the server. */
  public enum Mode {
    EMBEDDED,
    EXTERNAL
  }

  /** See promise P1. */
  public enum Failover {
    /** One server; what it has on disk survives its restart. */
    NONE,
    /** A synchronous standby, checked at start and while running. */
    SYNCHRONOUS,
    /** The operator's word that the service behind the address keeps committed data. */
    MANAGED
  }

  public static final String LOOPBACK = "127.0.0.1";
  public static final String NAME = "backlot";
  public static final String OWNER = "backlot_owner";
  public static final String APP = "backlot_app";

  private static final int PORT_MAX = 65_535;

  /**
   * Reads the section {@code database}. {@code failover} must be there in the production profile.
   */
  public static DatabaseConfig from(Section in) {
    Mode mode = in.requireEnum("mode", Mode.class);
    DatabaseConfig config = mode == Mode.EMBEDDED ? embedded(in) : external(in);
    in.rejectUnknown();
    if (config.commitDeadline().compareTo(config.connectTimeout()) < 0) {
      throw in.error("commit-deadline", "must not be shorter than " + in.key("connect-timeout"));
    }
    return config;
  }

  /** The same database on another port: that of a server found running. */
  public DatabaseConfig withPort(int newPort) {
    return new DatabaseConfig(
        mode,
        directory,
        host,
        newPort,
        name,
        migrates,
        ownerUser,
        ownerPassword,
        appUser,
        appPassword,
        poolSize,
        poolWaiting,
        tls,
        failover,
        connectTimeout,
        statementTimeout,
        commitDeadline);
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + name + "?" + tls.jdbcParameters();
  }

  private static DatabaseConfig embedded(Section in) {
    if (!in.requireBoolean("migrate")) {
      throw in.error("migrate", "must be true for an embedded server: nobody else migrates it");
    }
    return new DatabaseConfig(
        Mode.EMBEDDED,
        Path.of(in.requireText("directory")),
        LOOPBACK,
        in.requireInt("port", 1, PORT_MAX),
        NAME,
        true,
        OWNER,
        Optional.empty(),
        APP,
        Optional.empty(),
        poolSize(in),
        poolWaiting(in),
        DatabaseTls.DISABLED,
        failover(in),
        connectTimeout(in),
        statementTimeout(in),
        commitDeadline(in));
  }

  private static DatabaseConfig external(Section in) {
    if (in.has("directory")) {
      // The embedded server's; a development file stays usable when --set says external.
      in.requireText("directory");
    }
    boolean migrates = in.requireBoolean("migrate");
    return new DatabaseConfig(
        Mode.EXTERNAL,
        Path.of(""),
        in.requireText("host"),
        in.requireInt("port", 1, PORT_MAX),
        in.requireText("name"),
        migrates,
        in.requireText("owner-user"),
        ownerPassword(in, migrates),
        in.requireText("app-user"),
        Optional.of(in.requireSecret("app-password")),
        poolSize(in),
        poolWaiting(in),
        DatabaseTls.from(in.section("tls")),
        failover(in),
        connectTimeout(in),
        statementTimeout(in),
        commitDeadline(in));
  }

  /** Not read where it is not needed: its file need not be there. */
  private static Optional<Secret> ownerPassword(Section in, boolean migrates) {
    if (migrates) {
      return Optional.of(in.requireSecret("owner-password"));
    }
    in.text("owner-password");
    return Optional.empty();
  }

  private static int poolSize(Section in) {
    return in.requireInt("pool-size", 2, 200);
  }

  private static int poolWaiting(Section in) {
    return in.requireInt("pool-waiting", 1, 100_000);
  }

  private static Failover failover(Section in) {
    if (!in.isProduction() && !in.has("failover")) {
      return Failover.NONE;
    }
    return in.requireEnum("failover", Failover.class);
  }

  private static Duration connectTimeout(Section in) {
    return in.requireDuration("connect-timeout", Duration.ofMillis(100), Duration.ofSeconds(30));
  }

  private static Duration statementTimeout(Section in) {
    return in.requireDuration("statement-timeout", Duration.ofMillis(100), Duration.ofMinutes(5));
  }

  private static Duration commitDeadline(Section in) {
    return in.requireDuration("commit-deadline", Duration.ofMillis(100), Duration.ofMinutes(1));
  }
}
