package dev.backlot.dispatch;

import dev.backlot.config.DispatchConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.Backoff;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskLookup.NotThere;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Dispatches.Unresolved;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.ByExternalId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of sends without a clear answer (promise P2): looks the task up by its
 * external id; found, it is adopted; not there, the <em>same</em> attempt may be sent again under
 * the same id; and only when it is not there {@code unknown-horizon} after its last unknown send is
 * it closed. What cannot be looked up is never sent again and never replaced: at the horizon its
 * job fails, and a bill that comes all the same is ours. Confined to one event loop; holds at most
 * as many cases as there are slots.
 */
public final class Resolver {
  private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);
  private static final int MAX_LOOKUPS = 64;
  private static final int RELOAD_LIMIT = 1_000;
  private static final JobError NEVER_KNOWN =
      new JobError(
          ErrorCode.PROVIDER_OUTCOME_UNKNOWN,
          "It is not known whether the provider made this, and it cannot be asked. It was not sent"
              + " again, so nothing was made twice. Nothing was charged; submit the job again if"
              + " you still want it.");

  private final Dispatches store;
  private final VideoProvider provider;
  private final ProviderHealth health;
  private final NodeLease lease;
  private final FactRecorder recorder;
  private final Sender sender;
  private final OutcomeRules rules;
  private final Refusals refusals;
  private final Backoff backoff;
  private final DispatchConfig config;
  private final InstantSource clock;
  private final Map<AttemptId, UnknownSend> cases = new HashMap<>();
  private int lookups;
  private int busy;
  private boolean stopped;

  Resolver(
      Dispatch.Ports ports,
      NodeLease lease,
      FactRecorder recorder,
      Sender sender,
      OutcomeRules rules,
      Refusals refusals,
      Backoff backoff,
      DispatchConfig config,
      InstantSource clock) {
    this.store = ports.store();
    this.provider = ports.provider();
    this.health = ports.health();
    this.lease = lease;
    this.recorder = recorder;
    this.sender = sender;
    this.rules = rules;
    this.refusals = refusals;
    this.backoff = backoff;
    this.config = config;
    this.clock = clock;
  }

  /** A send of ours had no clear answer. */
  void watch(Claimed claimed, Instant claimedAt) {
    Instant now = clock.instant();
    Unresolved row =
        new Unresolved(claimed.ref(), claimed.plan(), claimedAt, now, 1, claimed.jobAttempts());
    cases.putIfAbsent(claimed.ref().id(), new UnknownSend(row, now.plus(backoff.pause(1))));
  }

  /**
   * Reads from the database what is not known here: after a start, a take-over, and now and then.
   *
   * @param isSending tells the attempts that are being sent at this moment
   */
  public Future<Void> reload(Predicate<AttemptId> isSending) {
    return store
        .unresolved(lease, clock.instant(), RELOAD_LIMIT)
        .map(
            rows -> {
              rows.stream().filter(row -> !isSending.test(row.ref().id())).forEach(this::adopt);
              return null;
            });
  }

  /** Forgets everything: the lease was lost. */
  public void forget() {
    cases.clear();
  }

  public int open() {
    return cases.size();
  }

  /** No look-up and no repeated send starts any more. */
  public void stop() {
    stopped = true;
  }

  /** No case is being looked up, sent again or concluded, not even one that was forgotten. */
  public boolean isIdle() {
    return busy == 0;
  }

  /**
   * Looks up what is due.
   *
   * @return completes when every look-up of this pass, and what followed from it, is recorded
   */
  public Future<Void> runOnce() {
    if (stopped) {
      return Future.succeededFuture();
    }
    Instant now = clock.instant();
    List<UnknownSend> due =
        cases.values().stream()
            .filter(unknown -> !unknown.busy && !unknown.nextLook.isAfter(now))
            .sorted(Comparator.comparing(unknown -> unknown.nextLook))
            .limit(Math.max(0, MAX_LOOKUPS - lookups))
            .toList();
    List<Future<Void>> passes = new ArrayList<>(due.size());
    due.forEach(unknown -> passes.add(lookUp(unknown, now)));
    return Future.join(passes).mapEmpty();
  }

  /**
   * The last unknown send of a row was dated by another clock, that of the node which sent or of
   * the database which took over. Ours may be ahead of it, so the horizon counts from now: a while
   * too long never sends a second task, a while too short may.
   */
  private void adopt(Unresolved row) {
    UnknownSend known = cases.get(row.ref().id());
    if (known == null || known.row.ref().fence() < row.ref().fence()) {
      Instant now = clock.instant();
      UnknownSend adopted = new UnknownSend(row, now);
      if (adopted.lastUnknownAt.isBefore(now)) {
        adopted.lastUnknownAt = now;
      }
      cases.put(row.ref().id(), adopted);
    }
  }

  private Future<Void> lookUp(UnknownSend unknown, Instant asked) {
    unknown.busy = true;
    busy++;
    return resolve(unknown, asked)
        .onFailure(failure -> LOG.atError().setCause(failure).log("a look-up ended in a defect"))
        .otherwiseEmpty()
        .onComplete(
            done -> {
              busy--;
              unknown.rest(clock.instant().plus(backoff.pause(unknown.looks)));
            });
  }

  private Future<Void> resolve(UnknownSend unknown, Instant asked) {
    if (unknown.row.plan().lookup() == LookupBy.NONE) {
      return unknown.isPast(asked, config.unknownHorizon())
          ? close(unknown, new Fact.Rejected(unknown.row.ref(), NEVER_KNOWN, Closing.ABANDONED))
          : Future.succeededFuture();
    }
    lookups++;
    return provider
        .lookUp(unknown.question())
        .onComplete(answered -> lookups--)
        .compose(answer -> conclude(unknown, answer, asked));
  }

  private Future<Void> conclude(UnknownSend unknown, TaskLookup answer, Instant asked) {
    if (answer instanceof Found found) {
      return close(unknown, new Fact.Accepted(unknown.row.ref(), found.report().taskId()));
    }
    if (!(answer instanceof NotThere)) {
      return Future.succeededFuture();
    }
    if (unknown.isPast(asked, config.unknownHorizon())) {
      return close(unknown, absent(unknown));
    }
    return maySendAgain(unknown) ? sendAgain(unknown) : Future.succeededFuture();
  }

  private Fact absent(UnknownSend unknown) {
    JobError refusal = unknown.refusal;
    if (refusal != null) {
      return new Fact.Rejected(unknown.row.ref(), refusal, Closing.ABSENT);
    }
    if (unknown.row.jobAttempts() + 1 >= config.maxAttempts()) {
      JobError error =
          new JobError(
              ErrorCode.PROVIDER_UNAVAILABLE,
              "The provider never took the task in "
                  + config.maxAttempts()
                  + " attempts. Nothing was charged; submit the job again.");
      return new Fact.Rejected(unknown.row.ref(), error, Closing.ABSENT);
    }
    return new Fact.BackToQueue(
        unknown.row.ref(),
        Closing.ABSENT,
        true,
        null,
        ErrorCode.PROVIDER_OUTCOME_UNKNOWN.slug(),
        false);
  }

  private boolean maySendAgain(UnknownSend unknown) {
    String account = unknown.row.ref().account();
    return !stopped
        && unknown.refusal == null
        && unknown.sends < config.maxSends()
        && health.mayCreate(account, SlotClass.parse(unknown.row.plan().slotClass()).pack())
        && lease.isHeld()
        && refusals.mayRepeat(account);
  }

  private Future<Void> sendAgain(UnknownSend unknown) {
    // Before the record: its answer may come after the lease was lost and won again.
    BooleanSupplier permit = lease.permit();
    return recorder
        .record(new Fact.SendingAgain(unknown.row.ref()))
        .compose(
            applied -> {
              if (!applied) {
                cases.remove(unknown.row.ref().id());
                return Future.succeededFuture();
              }
              unknown.sends++;
              unknown.lastUnknownAt = clock.instant();
              return sender
                  .send(unknown.row.ref(), unknown.row.plan(), true, permit)
                  .compose(outcome -> settle(unknown, outcome));
            });
  }

  private Future<Void> settle(UnknownSend unknown, SubmitOutcome outcome) {
    refusals.note(unknown.row.ref().account(), outcome);
    if (outcome instanceof Accepted accepted) {
      return close(unknown, new Fact.Accepted(unknown.row.ref(), accepted.taskId()));
    }
    Optional<Fact> fact =
        rules.fact(unknown.row.ref(), unknown.row.plan(), outcome, true, clock.instant());
    if (outcome instanceof Refused refused) {
      // Believed only at the horizon: a refusal proves nothing about the send before it.
      rules
          .verdict(unknown.row.plan(), refused, clock.instant())
          .ifPresent(error -> unknown.refusal = error);
    }
    unknown.looks = 1;
    return fact.map(news -> recorder.record(news).<Void>mapEmpty())
        .orElse(Future.succeededFuture());
  }

  private Future<Void> close(UnknownSend unknown, Fact fact) {
    return recorder
        .record(fact)
        .onSuccess(
            applied -> {
              cases.remove(fact.ref().id(), unknown);
              LOG.atInfo()
                  .addKeyValue("jobId", fact.ref().job())
                  .addKeyValue("attemptId", fact.ref().id())
                  .addKeyValue("conclusion", fact.getClass().getSimpleName())
                  .addKeyValue("applied", applied)
                  .log("an unknown outcome was resolved");
            })
        .mapEmpty();
  }

  /** One attempt whose outcome is unknown. */
  private static final class UnknownSend {
    private final Unresolved row;
    private Instant lastUnknownAt;
    private Instant nextLook;
    private int sends;
    private int looks = 1;
    private boolean busy;
    private @Nullable JobError refusal;

    private UnknownSend(Unresolved row, Instant nextLook) {
      this.row = row;
      this.lastUnknownAt = row.lastUnknownSendAt();
      this.sends = row.sends();
      this.nextLook = nextLook;
    }

    private boolean isPast(Instant asked, Duration horizon) {
      return !asked.isBefore(lastUnknownAt.plus(horizon));
    }

    private ByExternalId question() {
      return new ByExternalId(
          row.ref().account(),
          row.plan().dialect(),
          row.plan().path(),
          row.plan().lookup(),
          row.ref().externalId(),
          row.firstSentAt());
    }

    private void rest(Instant until) {
      busy = false;
      looks++;
      nextLook = until;
    }
  }
}
