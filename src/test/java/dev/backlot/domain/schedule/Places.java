package dev.backlot.domain.schedule;

import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.schedule.QueuePlace.Account;
import dev.backlot.domain.schedule.QueuePlace.Budget;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import dev.backlot.domain.schedule.QueuePlace.Ripening;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Places in queues, to be changed in one respect. */
public record Places(
    JobState state,
    boolean due,
    int ahead,
    int queued,
    int others,
    Limit tenant,
    Limit batch,
    List<Account> accounts,
    Instant ripeAt,
    Ripening ripening,
    @Nullable Budget budget) {
  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  public static final RenderProfile PROFILE =
      new RenderProfile("text2video", "kling-v2-6", "std", 5);

  /** Queued, alone, in front of five free slots. */
  public static Places free() {
    Limit none = new Limit(0, null);
    return new Places(
        JobState.QUEUED,
        true,
        0,
        1,
        0,
        none,
        none,
        List.of(account(0, 5, 5)),
        START,
        Ripening.NONE,
        null);
  }

  public static Account account(int inFlight, int ceiling, int limit) {
    return new Account("a", inFlight, ceiling, limit);
  }

  public Places in(JobState changed) {
    return new Places(
        changed, due, ahead, queued, others, tenant, batch, accounts, ripeAt, ripening, budget);
  }

  public Places notDue() {
    return new Places(
        state, false, ahead, queued, others, tenant, batch, accounts, ripeAt, ripening, budget);
  }

  public Places behind(int ownAhead, int allQueued) {
    return new Places(
        state, due, ownAhead, allQueued, others, tenant, batch, accounts, ripeAt, ripening, budget);
  }

  public Places besides(int weights) {
    return new Places(
        state, due, ahead, queued, weights, tenant, batch, accounts, ripeAt, ripening, budget);
  }

  public Places with(Account... changed) {
    return new Places(
        state,
        due,
        ahead,
        queued,
        others,
        tenant,
        batch,
        List.of(changed),
        ripeAt,
        ripening,
        budget);
  }

  public Places limits(Limit ofTenant, Limit ofBatch) {
    return new Places(
        state, due, ahead, queued, others, ofTenant, ofBatch, accounts, ripeAt, ripening, budget);
  }

  public Places lookedAtAgain(Instant at) {
    return new Places(
        state, due, ahead, queued, others, tenant, batch, accounts, at, ripening, budget);
  }

  public Places besideRipening(int ownAhead, int all) {
    Ripening changed = new Ripening(ownAhead, all);
    return new Places(
        state, due, ahead, queued, others, tenant, batch, accounts, ripeAt, changed, budget);
  }

  public Places heldFor(Budget changed) {
    return new Places(
        JobState.HELD,
        due,
        ahead,
        queued,
        others,
        tenant,
        batch,
        accounts,
        ripeAt,
        ripening,
        changed);
  }

  public QueuePlace place() {
    return new QueuePlace(
        state,
        heldReason(),
        budget,
        due,
        START,
        ripeAt,
        state == JobState.RUNNING ? START : null,
        PROFILE,
        1,
        ripening,
        ahead,
        ahead + 1,
        queued,
        1,
        others,
        1,
        0,
        tenant,
        batch,
        accounts);
  }

  private @Nullable String heldReason() {
    if (state != JobState.HELD) {
      return null;
    }
    return budget == null ? HeldReason.REQUESTED : HeldReason.SPEND_CAP;
  }
}
