package dev.backlot.config;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * The whole configuration, read and validated before anything starts. Each class is given its own
 * section, never this tree.
 *
 * @param origin which file was read, for people
 * @param dataDirectory where this node keeps what must survive a restart
 * @param cluster absent when this node tells others nothing and is told nothing
 * @param tcpBridge absent unless it is switched on
 * @param development present in the development profile only
 */
public record AppConfig(
    String origin,
    Profile profile,
    Path dataDirectory,
    DatabaseConfig database,
    NodeConfig node,
    Optional<ClusterConfig> cluster,
    HttpConfig http,
    CatalogConfig catalog,
    IntakeConfig intake,
    BatchConfig batches,
    DispatchConfig dispatch,
    PollConfig poll,
    SweepConfig sweep,
    LedgerConfig ledger,
    ReconciliationConfig reconciliation,
    RetentionConfig retention,
    SecurityConfig security,
    ProviderConfig provider,
    ResultsConfig results,
    AlertingConfig alerting,
    SimulatorConfig simulator,
    ManagementConfig management,
    StreamConfig stream,
    Optional<TcpBridgeConfig> tcpBridge,
    BusConfig bus,
    WebhooksConfig webhooks,
    FacadeConfig facade,
    CallsConfig calls,
    StreamTokenConfig streamTokens,
    Optional<DevelopmentConfig> development) {

  /**
   * Reads everything; in the development profile also makes the secrets that are missing. Blocking.
   *
   * @throws ConfigException for the first thing that is wrong
   */
  public static AppConfig load(ConfigSource source) {
    ConfigFile file = ConfigFile.read(source);
    DevelopmentSecrets.make(file, new SecureRandom());
    return from(file);
  }

  static AppConfig from(ConfigFile file) {
    Section root = file.root();
    root.requireText("profile");
    root.requireText("data-directory");
    HttpConfig http = HttpConfig.from(root.section("http"));
    Section stream = root.section("stream");
    Optional<TcpBridgeConfig> tcpBridge = TcpBridgeConfig.from(stream.section("tcp-bridge"));
    AppConfig config =
        new AppConfig(
            file.name(),
            file.profile(),
            file.dataDirectory(),
            DatabaseConfig.from(root.section("database")),
            NodeConfig.from(root.section("node")),
            ClusterConfig.from(root.section("cluster")),
            http,
            CatalogConfig.from(root.section("catalog")),
            IntakeConfig.from(root.section("intake")),
            BatchConfig.from(root.section("batches"), http),
            DispatchConfig.from(root.section("dispatch")),
            PollConfig.from(root.section("poll")),
            SweepConfig.from(root.section("sweep")),
            LedgerConfig.from(root.section("ledger")),
            ReconciliationConfig.from(root.section("reconciliation")),
            RetentionConfig.from(root.section("retention")),
            SecurityConfig.from(root.section("security")),
            ProviderConfig.from(root.section("provider")),
            ResultsConfig.from(root.section("results")),
            AlertingConfig.from(root.section("alerting")),
            SimulatorConfig.from(root.section("simulator")),
            ManagementConfig.from(root.section("management")),
            StreamConfig.from(stream),
            tcpBridge,
            BusConfig.from(root.section("bus")),
            WebhooksConfig.from(root.section("webhooks")),
            FacadeConfig.from(root.section("facade")),
            CallsConfig.from(root.section("calls")),
            StreamTokenConfig.from(root.section("stream-tokens")),
            development(root));
    root.rejectUnknown();
    requirePool(root.section("intake"), config);
    requireReach(root.section("sweep"), config);
    requireRows(root.section("retention"), config);
    requireBills(root.section("alerting").section("calls-undecided"), config);
    requireHeartbeats(root.section("http"), stream, config);
    requireDrains(root.section("node"), config);
    return config;
  }

  /** Jobs of a pool without accounts would be queued for ever. */
  private static void requirePool(Section intake, AppConfig config) {
    String pool = config.intake().pool();
    if (config.provider().accounts().stream().noneMatch(each -> each.pool().equals(pool))) {
      throw intake.error("pool", "no account of the provider section is in the pool " + pool);
    }
  }

  /** What turns up within its horizon, by a clock that is off, is inside the next look. */
  private static void requireReach(Section sweep, AppConfig config) {
    Duration least = config.dispatch().unknownHorizon().plus(config.provider().listPages().skew());
    if (config.sweep().reach().compareTo(least) < 0) {
      throw sweep.error(
          "reach",
          "must not be shorter than dispatch.unknown-horizon and provider.list-pages.skew together,"
              + " got "
              + config.sweep().reach().toSeconds()
              + "s and "
              + least.toSeconds()
              + "s");
    }
  }

  /** A day that is looked at again needs the rows that were read of it, and of the day before. */
  private static void requireRows(Section retention, AppConfig config) {
    Duration least = config.reconciliation().lookBack().plusDays(2);
    if (config.retention().reconciliation().compareTo(least) < 0) {
      throw retention.error(
          "reconciliation",
          "must be at least two days longer than reconciliation.look-back, got "
              + config.retention().reconciliation().toHours()
              + "h and "
              + least.toHours()
              + "h");
    }
  }

  /** A day is first compared an hour and the lag after its end, and then at every look. */
  private static void requireBills(Section alerting, AppConfig config) {
    ReconciliationConfig bills = config.reconciliation();
    Duration least = bills.lag().plus(Duration.ofHours(25)).plus(bills.every());
    if (config.alerting().callsUndecided().olderThan().compareTo(least) < 0) {
      throw alerting.error(
          "older-than",
          "must be at least a day, an hour and reconciliation.every longer than reconciliation.lag:"
              + " no bill is compared before, got "
              + config.alerting().callsUndecided().olderThan().toHours()
              + "h and "
              + least.toHours()
              + "h");
    }
  }

  /** Between two heartbeats a quiet socket carries nothing, and would be cut as idle. */
  private static void requireHeartbeats(Section http, Section stream, AppConfig config) {
    Duration heartbeat = config.stream().heartbeat();
    if (config.http().idleTimeout().compareTo(heartbeat) <= 0) {
      throw http.error(
          "idle-timeout",
          "must be longer than "
              + stream.key("heartbeat")
              + ", got "
              + config.http().idleTimeout().toSeconds()
              + "s and "
              + heartbeat.toSeconds()
              + "s");
    }
  }

  /** A part that drains gets at most half of the time that is left when its turn comes. */
  private static void requireDrains(Section node, AppConfig config) {
    Duration drains = config.http().drainTimeout().plus(config.intake().drainTimeout());
    if (config.node().stopTimeout().compareTo(drains.multipliedBy(2)) < 0) {
      throw node.error(
          "stop-timeout",
          "must be at least twice as long as http.drain-timeout and intake.drain-timeout together,"
              + " got "
              + config.node().stopTimeout().toSeconds()
              + "s and "
              + drains.toSeconds()
              + "s");
    }
  }

  private static Optional<DevelopmentConfig> development(Section root) {
    if (!root.isProduction()) {
      return Optional.of(DevelopmentConfig.from(root.section("development")));
    }
    if (root.has("development")) {
      throw root.error("development", "must not be there in the production profile");
    }
    return Optional.empty();
  }
}
