package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The hub of one event loop: who watches what. It is bounded by the sockets of the node and by
 * {@link Feed#WATCHES_MAX} times {@link Watch#JOBS_MAX} entries for each. One event loop only.
 */
final class Subscriptions {
  private static final int READS_AT_ONCE = 4;

  private final Map<JobId, Set<Feed>> byJob = new HashMap<>();
  private final Map<BatchId, Set<Feed>> byBatch = new HashMap<>();
  private final Map<TenantId, Set<Feed>> byTenant = new HashMap<>();
  private final Reads reads = new Reads(READS_AT_ONCE);
  private final int recentEvents;
  private final Consumer<Runnable> nextTurn;
  private RecentFrames recent;
  private Consumer<Frame> also = frame -> {};
  private long tail;

  /** The batch under way, and where the tail was before it. */
  private Delivery delivery;

  private long before;

  /**
   * @param recentEvents events kept for resumes
   * @param nextTurn runs something on this event loop, behind what waits for it already
   */
  Subscriptions(int recentEvents, Consumer<Runnable> nextTurn) {
    this.recentEvents = recentEvents;
    this.nextTurn = nextTurn;
    this.delivery = new Delivery(nextTurn);
    this.recent = new RecentFrames(recentEvents, 0);
  }

  /** To be called once, before any batch: the position after which batches begin. */
  void start(long position) {
    tail = position;
    recent = new RecentFrames(recentEvents, position);
  }

  /** Tells somebody else, too, of every event. */
  void alsoTell(Consumer<Frame> listener) {
    also = listener;
  }

  /** Every event up to this position was or is being delivered to whoever is live. */
  long tail() {
    return tail;
  }

  /** Every event up to this position was delivered to this feed, if it is live. */
  long tailOf(Feed feed) {
    return delivery.isAwaitedBy(feed) ? before : tail;
  }

  /** Delivers now what is on its way to this feed. */
  void settle(Feed feed) {
    delivery.handTo(feed);
  }

  RecentFrames recent() {
    return recent;
  }

  Reads reads() {
    return reads;
  }

  void add(Feed feed, Watch watch) {
    if (watch.isWholeTenant()) {
      byTenant.computeIfAbsent(watch.tenant(), tenant -> new LinkedHashSet<>()).add(feed);
      return;
    }
    if (watch.batch() != null) {
      byBatch.computeIfAbsent(watch.batch(), batch -> new LinkedHashSet<>()).add(feed);
    }
    for (JobId job : watch.jobs()) {
      byJob.computeIfAbsent(job, id -> new LinkedHashSet<>()).add(feed);
    }
  }

  void remove(Feed feed, Watch watch) {
    if (watch.isWholeTenant()) {
      remove(byTenant, watch.tenant(), feed);
      return;
    }
    if (watch.batch() != null) {
      remove(byBatch, watch.batch(), feed);
    }
    watch.jobs().forEach(job -> remove(byJob, job, feed));
  }

  /** Keys that somebody watches; 0 when all have gone. */
  int size() {
    return byJob.size() + byBatch.size() + byTenant.size();
  }

  /**
   * Hands each event to whoever watches it now; who gets several gets them together. Who cannot
   * take it is sent away.
   *
   * @return completes when everybody has had it: not to be called again before
   */
  Future<Void> deliver(Batch batch) {
    before = tail;
    delivery = new Delivery(nextTurn);
    batch.frames().forEach(this::add);
    return delivery.run();
  }

  private void add(Frame frame) {
    recent.add(frame);
    delivery.add(byJob.get(frame.job()), frame);
    if (frame.batch() != null) {
      delivery.add(byBatch.get(frame.batch()), frame);
    }
    delivery.add(byTenant.get(frame.tenant()), frame);
    tail = frame.position();
    also.accept(frame);
  }

  private static <K> void remove(Map<K, Set<Feed>> index, K key, Feed feed) {
    Set<Feed> feeds = index.get(key);
    if (feeds != null && feeds.remove(feed) && feeds.isEmpty()) {
      index.remove(key);
    }
  }
}
