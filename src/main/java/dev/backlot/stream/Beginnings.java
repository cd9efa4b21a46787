package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.EventLog;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out where a new watch begins, and whether what it names is there. One event loop only. */
final class Beginnings {
  private final EventLog log;
  private final Subscriptions hub;
  private final TenantId tenant;
  private final int snapshotJobsMax;

  /**
   * @param position events after it are to be sent
   * @param snapshot to be sent before them; null for a resume
   * @param batch to which all named jobs belong; null when to none or to several, or when none is
   *     named
   */
  record Beginning(long position, @Nullable Message snapshot, @Nullable BatchId batch) {}

  Beginnings(EventLog log, Subscriptions hub, TenantId tenant, int snapshotJobsMax) {
    this.log = log;
    this.hub = hub;
    this.tenant = tenant;
    this.snapshotJobsMax = snapshotJobsMax;
  }

  /**
   * @param from null for a snapshot
   * @return fails with {@code JOB_NOT_FOUND}, {@code BATCH_NOT_FOUND} or {@code CURSOR_EXPIRED}, or
   *     with what the database failed with
   */
  Future<Beginning> of(Watch watch, @Nullable Long from) {
    if (from == null) {
      return snapshot(watch).map(found -> told(watch, found));
    }
    return watch.jobs().isEmpty()
        ? head(watch, from).compose(head -> resume(from, head, null))
        : snapshot(watch).compose(found -> resume(from, found.position(), batchOf(found)));
  }

  private Beginning told(Watch watch, Snapshot found) {
    boolean complete = !watch.jobs().isEmpty() || found.jobs().size() < snapshotJobsMax;
    return new Beginning(
        found.position(), Messages.snapshot(watch, found, complete), batchOf(found));
  }

  private static @Nullable BatchId batchOf(Snapshot found) {
    Set<Optional<UUID>> batches =
        found.jobs().stream()
            .map(job -> Optional.ofNullable(job.terms().batch()).map(BatchItem::batch))
            .collect(Collectors.toSet());
    return batches.size() == 1 ? batches.iterator().next().map(BatchId::new).orElse(null) : null;
  }

  /**
   * What is beyond the end, or of another log, was given out before a restore and may be no more.
   */
  private static Future<Beginning> resume(long from, long head, @Nullable BatchId batch) {
    return from > head || EventLog.number(from) != EventLog.number(head)
        ? Future.failedFuture(Replay.expired())
        : Future.succeededFuture(new Beginning(from, null, batch));
  }

  /** A position that is committed, and not below the cursor unless the log has lost that. */
  private Future<Long> head(Watch watch, long from) {
    BatchId batch = watch.batch();
    if (batch != null) {
      return hub.reads()
          .run(() -> log.head(tenant, batch))
          .map(found -> found.orElseThrow(() -> unknown(batch)));
    }
    return from <= hub.tail() ? Future.succeededFuture(hub.tail()) : hub.reads().run(log::head);
  }

  private Future<Snapshot> snapshot(Watch watch) {
    BatchId batch = watch.batch();
    if (batch != null) {
      return hub.reads()
          .run(() -> log.snapshot(tenant, batch, snapshotJobsMax))
          .map(found -> found.orElseThrow(() -> unknown(batch)));
    }
    int limit = watch.isWholeTenant() ? snapshotJobsMax : watch.jobs().size();
    return hub.reads()
        .run(() -> log.snapshot(tenant, watch.jobs(), limit))
        .map(found -> requireAll(watch.jobs(), found));
  }

  private static Snapshot requireAll(Set<JobId> jobs, Snapshot found) {
    Set<JobId> missing = new HashSet<>(jobs);
    found.jobs().stream().map(Job::id).forEach(missing::remove);
    if (!missing.isEmpty()) {
      throw unknown(missing);
    }
    return found;
  }

  static BacklotException unknown(Set<JobId> jobs) {
    String names = jobs.stream().sorted().map(JobId::toString).collect(Collectors.joining(", "));
    return BacklotException.ofField(
        ErrorCode.JOB_NOT_FOUND,
        "/jobs",
        "There is no such job: " + names + ". Name some that GET /api/v1/jobs lists.");
  }

  static BacklotException unknown(BatchId batch) {
    return BacklotException.ofField(
        ErrorCode.BATCH_NOT_FOUND,
        "/batch",
        "There is no such batch: " + batch + ". Name one that GET /api/v1/batches shows.");
  }
}
