package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.stream.LogTail.Batch;
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
  private RecentFrames recent;
  private Consumer<Frame> also = frame -> {};
  private long tail;

  /**
   * @param recentEvents events kept for resumes
   */
  Subscriptions(int recentEvents) {
    this.recentEvents = recentEvents;
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

  /** Every event up to this position was delivered to whoever is live. */
  long tail() {
    return tail;
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
   * Hands each event to whoever watches it; who gets several gets them together. Who cannot take it
   * is sent away afterwards.
   */
  void deliver(Batch batch) {
    Delivery delivery = new Delivery(batch.frames().size() > 1);
    try {
      batch.frames().forEach(frame -> offer(frame, delivery));
    } finally {
      delivery.end();
    }
  }

  private void offer(Frame frame, Delivery delivery) {
    recent.add(frame);
    also.accept(frame);
    delivery.offer(byJob.get(frame.job()), frame);
    if (frame.batch() != null) {
      delivery.offer(byBatch.get(frame.batch()), frame);
    }
    delivery.offer(byTenant.get(frame.tenant()), frame);
    tail = frame.position();
  }

  private static <K> void remove(Map<K, Set<Feed>> index, K key, Feed feed) {
    Set<Feed> feeds = index.get(key);
    if (feeds != null && feeds.remove(feed) && feeds.isEmpty()) {
      index.remove(key);
    }
  }
}
