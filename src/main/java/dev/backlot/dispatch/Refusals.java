package dev.backlot.dispatch;

import dev.backlot.domain.ErrorKind;
import dev.backlot.domain.job.Backoff;
import dev.backlot.domain.job.RetryBudget;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How each account has answered lately: failures in a row lengthen the pause of what is tried
 * again, and successes earn the right to repeat a send. Confined to one event loop.
 */
final class Refusals {
  private static final double EARNED_PER_SUCCESS = 0.2;

  private final Backoff backoff;
  private final int budget;
  private final Map<String, Standing> standings = new HashMap<>();

  private static final class Standing {
    private final RetryBudget budget;
    private int inARow;

    private Standing(RetryBudget budget) {
      this.budget = budget;
    }
  }

  Refusals(Backoff backoff, int budget) {
    this.backoff = backoff;
    this.budget = budget;
  }

  /** Faults of the provider and of the account count; a bad prompt says nothing about either. */
  void note(String account, SubmitOutcome outcome) {
    Standing standing = of(account);
    if (outcome instanceof Accepted) {
      standing.inARow = 0;
      standing.budget.succeeded();
      return;
    }
    if (!(outcome instanceof Refused refused) || isFault(refused.code().kind())) {
      standing.inARow++;
    }
  }

  private static boolean isFault(ErrorKind kind) {
    return kind == ErrorKind.TRANSIENT || kind == ErrorKind.ACCOUNT;
  }

  Duration pause(String account) {
    return backoff.pause(of(account).inARow);
  }

  boolean mayRepeat(String account) {
    return of(account).budget.tryRetry();
  }

  private Standing of(String account) {
    return standings.computeIfAbsent(
        account, id -> new Standing(new RetryBudget(budget, EARNED_PER_SUCCESS)));
  }
}
