package dev.backlot.domain.schedule;

import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.schedule.QueuePlace.Account;
import dev.backlot.domain.schedule.QueuePlace.Bound;
import dev.backlot.domain.schedule.QueuePlace.Budget;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import dev.backlot.domain.schedule.QueuePlace.Ripening;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place in a queue, to be changed in one respect after the other before it is made. */
public final class Places {
  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  public static final RenderProfile PROFILE =
      new RenderProfile("text2video", "kling-v2-6", "std", 5);

  private static final Limit NO_LIMIT = new Limit(0, null);

  private JobState state = JobState.QUEUED;
  private boolean batchPaused;
  private boolean due = true;
  private int ahead;
  private int queued = 1;
  private int others;
  private int own = 1;
  private int otherBatches;
  private Limit tenant = NO_LIMIT;
  private Limit batch = NO_LIMIT;
  private List<Account> accounts = List.of(account(0, 5, 5));
  private Instant ripeAt = START;
  private Ripening ripening = Ripening.NONE;
  private @Nullable Bound bound;
  private @Nullable Budget budget;
  private @Nullable Instant unknownSince;

  private Places() {}

  /** Queued, alone, in front of five free slots. */
  public static Places free() {
    return new Places();
  }

  public static Account account(int inFlight, int ceiling, int limit) {
    return new Account("a", inFlight, ceiling, limit);
  }

  public Places in(JobState changed) {
    state = changed;
    return this;
  }

  public Places ofPausedBatch() {
    batchPaused = true;
    return this;
  }

  public Places notDue() {
    due = false;
    return this;
  }

  public Places behind(int ownAhead, int allQueued) {
    ahead = ownAhead;
    own = ownAhead + 1;
    queued = allQueued;
    return this;
  }

  public Places besides(int weights) {
    others = weights;
    return this;
  }

  /**
   * @param tenants due jobs of its tenant, itself among them
   */
  public Places besideBatches(int weights, int tenants) {
    otherBatches = weights;
    own = tenants;
    return this;
  }

  public Places with(Account... changed) {
    accounts = List.of(changed);
    return this;
  }

  /**
   * Only the accounts may run it that it stands in front of.
   *
   * @param ahead of its own jobs that only those may run either
   */
  public Places bound(int ahead, Account... others) {
    bound = new Bound(ahead, List.of(others));
    return this;
  }

  public Places limits(Limit ofTenant, Limit ofBatch) {
    tenant = ofTenant;
    batch = ofBatch;
    return this;
  }

  public Places lookedAtAgain(Instant at) {
    ripeAt = at;
    return this;
  }

  public Places besideRipening(int ownAhead, int all) {
    ripening = new Ripening(ownAhead, all);
    return this;
  }

  public Places sentWithoutAnswer() {
    unknownSince = START;
    return in(JobState.SUBMITTING);
  }

  public Places heldFor(Budget changed) {
    budget = changed;
    return in(JobState.HELD);
  }

  public QueuePlace place() {
    return new QueuePlace(
        state,
        heldReason(),
        budget,
        batchPaused,
        due,
        START,
        ripeAt,
        state == JobState.RUNNING ? START : null,
        unknownSince,
        PROFILE,
        "video",
        1,
        ripening,
        ahead,
        own,
        queued,
        1,
        others,
        1,
        otherBatches,
        tenant,
        batch,
        accounts,
        bound);
  }

  private @Nullable String heldReason() {
    if (state != JobState.HELD) {
      return null;
    }
    return budget == null ? HeldReason.REQUESTED : HeldReason.SPEND_CAP;
  }
}
