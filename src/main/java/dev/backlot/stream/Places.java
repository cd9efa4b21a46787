package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the connections of a node take of it together: how many they are, how many of each tenant,
 * and how much waits for their readers. Thread-safe.
 */
final class Places {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong crowdedOut = new AtomicLong();

  /** Of the tenants that have a connection, and no others. */
  private final ConcurrentMap<TenantId, AtomicInteger> tenants = new ConcurrentHashMap<>();

  int connections() {
    return connections.get();
  }

  /** Tenants that are counted now. */
  int tenants() {
    return tenants.size();
  }

  /** Bytes that wait for those readers for whom more waits than {@link Place#SHARE_MIN}. */
  long waiting() {
    return waiting.get();
  }

  /** How often a connection was refused because its tenant had its fill. */
  long crowdedOut() {
    return crowdedOut.get();
  }

  /** Counts a connection; false when the node has its fill. */
  boolean enter(int max) {
    if (connections.incrementAndGet() <= max) {
      return true;
    }
    connections.decrementAndGet();
    return false;
  }

  void leave() {
    connections.decrementAndGet();
  }

  /** Counts a connection of this tenant; false when that has its fill. */
  boolean enter(TenantId tenant, int max) {
    boolean[] entered = {false};
    tenants.compute(
        tenant,
        (id, count) -> {
          AtomicInteger counted = count == null ? new AtomicInteger() : count;
          entered[0] = counted.get() < max;
          if (entered[0]) {
            counted.incrementAndGet();
          }
          return counted;
        });
    if (!entered[0]) {
      crowdedOut.incrementAndGet();
    }
    return entered[0];
  }

  void leave(TenantId tenant) {
    tenants.computeIfPresent(tenant, (id, count) -> count.decrementAndGet() == 0 ? null : count);
  }

  void addWaiting(long bytes) {
    waiting.addAndGet(bytes);
  }
}
