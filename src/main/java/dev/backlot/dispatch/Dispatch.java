package dev.backlot.dispatch;

import dev.backlot.bus.Bus;
import dev.backlot.config.DispatchConfig;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.Routing;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.Backoff;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Inputs;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.StrandedJobs;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher and its resolver, which share their recorder and their view of the accounts. To be
 * used on one event loop.
 */
public record Dispatch(Dispatcher dispatcher, Resolver resolver) {
  private static final int MAX_WAITING_FACTS = 50_000;

  /** What is needed from outside. */
  public record Ports(
      Dispatches store,
      Inputs inputs,
      StrandedJobs stranded,
      VideoProvider provider,
      ProviderHealth health,
      Bus bus) {}

  /**
   * What attempts are made of.
   *
   * @param installation first part of every external id
   * @param ids makes attempt ids
   * @param callbacks where the provider shall tell of them
   */
  public record Making(
      Routing routing, String installation, Supplier<UUID> ids, Callbacks callbacks) {

    /** The provider is not asked to call back. */
    public Making(Routing routing, String installation, Supplier<UUID> ids) {
      this(routing, installation, ids, Callbacks.NONE);
    }
  }

  /** Addresses that the provider calls when a task changes. Pure. */
  @FunctionalInterface
  public interface Callbacks {
    Callbacks NONE = (attempt, account) -> Optional.empty();

    /** One that nobody can guess; empty when there shall be no callback. */
    Optional<String> of(AttemptId attempt, String account);
  }

  /**
   * The provider accounts that this node can reach.
   *
   * @param pools the pools they belong to
   */
  public record Accounts(
      List<String> ids, List<String> pools, Dialects dialects, Standings standings) {
    public Accounts {
      ids = List.copyOf(ids);
      pools = List.copyOf(pools);
    }
  }

  /** How the accounts of a pool stand to one another. Pure. */
  public interface Standings {
    /** What a unit costs there, compared with the others. */
    BigDecimal price(String account);

    /** Its share among accounts of the same price; at least 1. */
    int weight(String account);

    /** The other accounts of its pool that have so many slots of a class, busy or not. */
    List<String> others(String account, String slotClass, int slots);

    /** All alike, and each alone in its pool. */
    static Standings even() {
      return new Standings() {
        @Override
        public BigDecimal price(String account) {
          return BigDecimal.ONE;
        }

        @Override
        public int weight(String account) {
          return 1;
        }

        @Override
        public List<String> others(String account, String slotClass, int slots) {
          return List.of();
        }
      };
    }
  }

  /** In which dialects accounts are spoken to; each is named by its id. Pure. */
  public interface Dialects {
    /** Those that one account speaks; none for one that is not known. */
    Reach ofAccount(String account);

    /**
     * Those that the accounts which may run a job speak, taken together.
     *
     * @param account of the pool that alone may; null when any may
     * @return nothing for an account that is not of the pool: no job of the pool comes to it
     */
    Reach of(String pool, @Nullable String account);

    /**
     * @param model as the tenant named it
     * @param version in which the provider counts it
     * @return empty where the form in which the tenant wrote decides
     */
    Optional<Dialect> preferred(String account, String model, String version);
  }

  /**
   * Time and chance.
   *
   * @param pause completes after a duration, on the calling event loop
   */
  public record Timing(
      InstantSource clock, RandomGenerator random, Function<Duration, Future<?>> pause) {}

  public static Dispatch of(
      Ports ports,
      Making making,
      Accounts accounts,
      NodeLease lease,
      DispatchConfig config,
      Timing timing) {
    Backoff lookups = new Backoff(config.lookupBase(), config.lookupCap(), timing.random());
    Backoff refusing = new Backoff(config.refusalBase(), config.refusalCap(), timing.random());
    Refusals refusals = new Refusals(refusing, config.retryBudget());
    Peers peers = new Peers(accounts, ports.health());
    OutcomeRules rules = new OutcomeRules(refusals::pause, peers);
    FactRecorder recorder =
        new FactRecorder(
            ports.store(),
            ports.bus(),
            lease,
            timing.clock(),
            refusing,
            timing.pause(),
            MAX_WAITING_FACTS);
    PartLoader loader = new PartLoader(ports.inputs(), config.largeBodies());
    Sender sender = new Sender(ports.provider(), recorder, loader);
    Resolver resolver =
        new Resolver(
            ports, lease, recorder, sender, rules, refusals, lookups, config, timing.clock());
    AttemptPlanner planner =
        new AttemptPlanner(
            new RouteChoice(making.routing(), accounts.dialects()),
            making.installation(),
            making.ids(),
            making.callbacks(),
            accounts.standings(),
            (account, slotClass) -> peers.hasRefused(account, slotClass, timing.clock().instant()));
    Dispatcher dispatcher =
        new Dispatcher(
            ports,
            lease,
            new Dispatcher.Parts(planner, sender, rules, refusals, recorder, resolver),
            accounts,
            config,
            timing.clock());
    return new Dispatch(dispatcher, resolver);
  }

  /**
   * Whether an account may be given a queued job, by what can be said in the dialects that it and
   * the others of its pool speak: what claims go by, for whoever tells what a job waits for. Pure.
   */
  public static BiPredicate<QueuedJob, String> mayGo(Routing routing, Dialects dialects) {
    return new RouteChoice(routing, dialects)::mayGo;
  }

  /** Reads unknown outcomes from the database, except those of sends under way. */
  public Future<Void> reload() {
    return resolver.reload(dispatcher::isSending);
  }

  /** Nothing is being sent or looked up, and every outcome is recorded. Asked on the event loop. */
  public boolean isIdle() {
    return dispatcher.isIdle() && resolver.isIdle();
  }
}
