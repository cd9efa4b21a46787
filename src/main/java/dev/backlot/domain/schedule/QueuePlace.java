package dev.backlot.domain.schedule;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.render.RenderProfile;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a job stands, and what stands around it, at one moment. What counts jobs or slots of others
 * is for the estimate only: a tenant is shown what is its own (promise P6).
 *
 * @param heldReason null unless it is held
 * @param budget null unless it is held for its batch's
 * @param batchPaused whether its batch lets nothing start: it is paused, or canceled, and the job
 *     is about to follow
 * @param due false until {@code ripeAt}
 * @param startAt before which its caller does not want it to start
 * @param ripeAt when it is looked at: at its start, or at the end of a pause after it was tried
 * @param runningSince null unless the provider is at work
 * @param unknownSince when it was last sent, while nobody knows whether it has arrived; else null
 * @param pack the type of resource pack that pays for it, such as {@code image}
 * @param slots that its task holds
 * @param ripening what becomes due before it does; nothing when it is due
 * @param ahead jobs of its own lane and batch that go before it; never above {@link #COUNTED}
 * @param own due jobs of its class and tenant, itself among them; never above {@link #COUNTED}
 * @param queued due jobs of its class, of all tenants; never above {@link #COUNTED}
 * @param weight of its tenant
 * @param others weights of the other tenants that have work of this class
 * @param batchWeight of its batch, or of its tenant's jobs of no batch
 * @param otherBatches weights of its tenant's other batches that have work of this class
 * @param tenantLimit what its tenant holds of this class, and may hold
 * @param batchLimit what its batch holds of this class, and may hold
 * @param accounts that may run it: those of its pool that can carry it, or the one that made what
 *     it uses
 * @param bound null when all accounts of its pool may run it
 */
public record QueuePlace(
    JobState state,
    @Nullable String heldReason,
    @Nullable Budget budget,
    boolean batchPaused,
    boolean due,
    Instant startAt,
    Instant ripeAt,
    @Nullable Instant runningSince,
    @Nullable Instant unknownSince,
    RenderProfile profile,
    String pack,
    int slots,
    Ripening ripening,
    int ahead,
    int own,
    int queued,
    int weight,
    int others,
    int batchWeight,
    int otherBatches,
    Limit tenantLimit,
    Limit batchLimit,
    List<Account> accounts,
    @Nullable Bound bound) {
  /** Beyond it nobody counts: a place that far back is not worth reading a queue for. */
  public static final int COUNTED = 10_000;

  public QueuePlace {
    accounts = List.copyOf(accounts);
  }

  /**
   * What a job is not let in for.
   *
   * @param cap of its batch; null without one
   * @param committed what the jobs of its batch that were let in cost, or can cost
   * @param available credit of its tenant
   */
  public record Budget(Credits price, @Nullable Credits cap, Credits committed, Credits available) {
    boolean isCapReached() {
      return cap != null && committed.plus(price).compareTo(cap) > 0;
    }
  }

  /**
   * What stands around a job that only some accounts of its pool may run.
   *
   * @param ahead jobs of its own lane and batch that go before it and to the same accounts: those
   *     that use what the same account has made, or else, by all likelihood, those of its kind
   * @param others accounts of its pool, which run jobs that go before it and may not run it
   */
  public record Bound(int ahead, List<Account> others) {
    public Bound {
      others = List.copyOf(others);
    }
  }

  /**
   * Jobs of its class that wait for their time.
   *
   * @param ahead of its own lane and batch, and before it in their order
   * @param all of all tenants
   */
  public record Ripening(int ahead, int all) {
    public static final Ripening NONE = new Ripening(0, 0);
  }

  /**
   * @param most null without a limit
   */
  public record Limit(int inFlight, @Nullable Integer most) {
    boolean isReached() {
      return most != null && inFlight >= most;
    }
  }

  /**
   * One account's slots of the job's class.
   *
   * @param ceiling what the provider grants, as far as was learnt; at most {@code limit}
   * @param limit what was bought
   */
  public record Account(String id, int inFlight, int ceiling, int limit) {}
}
