package dev.backlot.dispatch;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Bus;
import dev.backlot.config.DispatchConfig;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Dispatches.Claims;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.StrandedJobs;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims queued jobs under free slots and sends them. Confined to one event loop. */
public final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** Of one look; the others are found when these have been put aside. */
  private static final int MAX_WITHOUT_SLOTS = 10_000;

  private final Dispatches store;
  private final Bus bus;
  private final NodeLease lease;
  private final ProviderHealth health;
  private final Dispatches.Planner planner;
  private final Sender sender;
  private final OutcomeRules rules;
  private final Refusals refusals;
  private final FactRecorder recorder;
  private final Resolver resolver;
  private final List<String> pools;
  private final List<String> accounts;
  private final DispatchConfig config;
  private final InstantSource clock;
  private final Set<AttemptId> sending = new HashSet<>();

  /** Most jobs that the claims under way may come to. */
  private int promised;

  /** Passes and refills that are claiming at this moment. */
  private int passes;

  private int refills;

  /** Whether a pass may have missed what a refill held. */
  private boolean missed;

  private boolean stopped;
  private final StuckJobs stuck = new StuckJobs();
  private final StrandedJobs stranded;
  private final Nowhere nowhere;

  Dispatcher(
      Dispatch.Ports ports,
      NodeLease lease,
      Parts parts,
      Dispatch.Accounts accounts,
      DispatchConfig config,
      InstantSource clock) {
    this.store = ports.store();
    this.bus = ports.bus();
    this.health = ports.health();
    this.lease = lease;
    this.planner = parts.planner();
    this.sender = parts.sender();
    this.rules = parts.rules();
    this.refusals = parts.refusals();
    this.recorder = parts.recorder();
    this.resolver = parts.resolver();
    this.pools = accounts.pools();
    this.accounts = accounts.ids();
    this.config = config;
    this.clock = clock;
    this.stranded = ports.stranded();
    this.nowhere = new Nowhere(stranded, bus, config, clock);
  }

  /** What a dispatcher works with; built together, used on one event loop. */
  record Parts(
      Dispatches.Planner planner,
      Sender sender,
      OutcomeRules rules,
      Refusals refusals,
      FactRecorder recorder,
      Resolver resolver) {}

  /**
   * One claim, from the moment in which it was made up.
   *
   * @param permit to send what it takes
   * @param noting remembers what its planner finds stuck
   */
  record Round(Claiming claiming, StuckJobs.Noting noting, BooleanSupplier permit, Instant at) {}

  /**
   * One pass: claims what there is room for and starts to send it. The sends go on after the pass.
   * Jobs that no account can carry make room for those behind them, in the next pass. What the
   * sound accounts have no slots for is left to those on trial: a half-open breaker, or a parked
   * account, or a parked pack of one, that may be probed.
   *
   * @return whether more may be waiting, so that another pass is worth while at once
   */
  public Future<Boolean> runOnce() {
    return claim(Usable.sound(accounts, health))
        .compose(
            more -> more ? Future.succeededFuture(true) : claim(Usable.onTrial(accounts, health)));
  }

  private Future<Boolean> claim(Usable usable) {
    return round(usable).map(this::claim).orElse(Future.succeededFuture(false));
  }

  private Future<Boolean> claim(Round round) {
    Claiming of = round.claiming();
    passes++;
    return store
        .claim(
            of.lease(), of.pools(), of.accounts(), of.shut(), of.limit(), of.planner(), round.at())
        .onFailure(failure -> tookNothing(round))
        .onComplete(claimed -> passEnded())
        .compose(
            claims -> {
              took(round, claims);
              boolean full =
                  claims.attempts().size() == of.limit() || !round.noting().found().isEmpty();
              return claims.more().map(more -> more || full);
            });
  }

  /**
   * A claim for slots that endings free, made in their transaction. Those of accounts on trial are
   * left to the passes, which see what the sound ones have left. Empty when nothing may be claimed
   * now. Either {@link #refilled} or {@link #refilledNothing} must follow.
   */
  Optional<Round> refill() {
    Optional<Round> round = round(Usable.sound(accounts, health));
    refills += round.isPresent() ? 1 : 0;
    return round;
  }

  /** What a refill has claimed is committed: the sends begin. */
  void refilled(Round round, Claims claims) {
    refillEnded();
    took(round, claims);
  }

  void refilledNothing(Round round) {
    refillEnded();
    tookNothing(round);
  }

  private void passEnded() {
    passes--;
    missed |= refills > 0;
  }

  /**
   * A pass leaves out the lanes that a refill has locked, and jobs for which the refill may need
   * the room, and ends: slots of other accounts would stay empty until the timer.
   */
  private void refillEnded() {
    refills--;
    if (passes > 0 || missed) {
      missed = refills > 0;
      bus.publish(Addresses.SLOTS_FREED, new SlotsFreed(1));
    }
  }

  private Optional<Round> round(Usable usable) {
    int room = room(usable);
    if (stopped || room <= 0 || !lease.isHeld()) {
      missed |= refills > 0;
      return Optional.empty();
    }
    promised += room;
    StuckJobs.Noting noting = stuck.noting(planner);
    Claiming claiming = new Claiming(lease, pools, usable.accounts(), usable.shut(), room, noting);
    // Before the claim: its answer may come after the lease was lost and won again.
    return Optional.of(new Round(claiming, noting, lease.permit(), clock.instant()));
  }

  private void took(Round round, Claims claims) {
    promised -= round.claiming().limit();
    claims.attempts().forEach(each -> start(each, round.at(), round.permit()));
    if (!claims.attempts().isEmpty()) {
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
    }
    stuck.note(round.noting().found(), round.at()).ifPresent(Dispatcher::warn);
    nowhere.note(round.noting().found().stream().map(QueuedJob::id).toList(), round.at());
  }

  private void tookNothing(Round round) {
    promised -= round.claiming().limit();
  }

  /** Looks for queued jobs that no claim sees, because no account has as many slots. */
  public Future<Void> findNowhere() {
    return stranded
        .withoutSlots(pools, accounts, MAX_WITHOUT_SLOTS)
        .onSuccess(found -> nowhere.note(found, clock.instant()))
        .mapEmpty();
  }

  private static void warn(Map<String, Integer> jobs) {
    LOG.atWarn()
        .addKeyValue("jobs", jobs)
        .log("queued jobs wait that no account of their pool can run as they are written");
  }

  /** A half-open breaker lets one create through to probe: claiming more would send them back. */
  private int room(Usable usable) {
    int sendable = Math.min(config.batch(), config.maxSending() - sending.size() - promised);
    return (int) Math.min(usable.creates(), sendable);
  }

  /** Whether this attempt is being sent, or its outcome recorded, at this moment. */
  boolean isSending(AttemptId attempt) {
    return sending.contains(attempt);
  }

  /** Neither passes nor endings claim any more; what is claimed is sent. */
  void endClaims() {
    stopped = true;
  }

  /** To be called when no pass will follow. */
  void stop() {
    endClaims();
    nowhere.stop();
  }

  /** Nothing is being claimed, sent or put aside, and every outcome is recorded. */
  public boolean isIdle() {
    return promised == 0 && sending.isEmpty() && recorder.isIdle() && nowhere.isIdle();
  }

  private void start(Claimed claimed, Instant claimedAt, BooleanSupplier permit) {
    sending.add(claimed.ref().id());
    sender
        .send(claimed.ref(), claimed.plan(), false, permit)
        .compose(outcome -> settle(claimed, claimedAt, outcome))
        .onFailure(
            failure ->
                LOG.atError()
                    .setCause(failure)
                    .addKeyValue("jobId", claimed.ref().job())
                    .addKeyValue("attemptId", claimed.ref().id())
                    .log("a send ended in a defect; its outcome will be looked up"))
        .onComplete(done -> sending.remove(claimed.ref().id()));
  }

  private Future<Void> settle(Claimed claimed, Instant claimedAt, SubmitOutcome outcome) {
    AttemptRef ref = claimed.ref();
    refusals.note(ref.account(), outcome);
    Optional<Fact> fact = rules.fact(ref, claimed.plan(), outcome, false, clock.instant());
    if (fact.isEmpty() || fact.get() instanceof Fact.SendUnknown) {
      resolver.watch(claimed, claimedAt);
    }
    return fact.map(recorder::record).orElse(Future.succeededFuture(false)).mapEmpty();
  }
}
