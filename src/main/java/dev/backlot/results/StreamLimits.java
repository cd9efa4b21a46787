package dev.backlot.results;

import dev.backlot.config.ResultsConfig;
import dev.backlot.domain.access.TenantId;
import java.util.HashMap;
import java.util.Map;

/**
 * How many streams are open, in all and for each tenant. At the bound a stream is refused, never
 * queued. Thread-safe: shared by the event loops of this node.
 */
public final class StreamLimits {
  private final int total;
  private final int perTenant;
  private final Map<TenantId, Integer> open = new HashMap<>();
  private int openInAll;

  public StreamLimits(ResultsConfig config) {
    total = config.streams();
    perTenant = config.streamsPerTenant();
  }

  /**
   * @return whether there was room; if so, {@link #release} has to follow once
   */
  synchronized boolean acquire(TenantId tenant) {
    int own = open.getOrDefault(tenant, 0);
    if (openInAll >= total || own >= perTenant) {
      return false;
    }
    open.put(tenant, own + 1);
    openInAll++;
    return true;
  }

  synchronized void release(TenantId tenant) {
    openInAll--;
    open.computeIfPresent(tenant, (id, own) -> own == 1 ? null : own - 1);
  }

  /** Streams of this node that are open now. */
  public synchronized int open() {
    return openInAll;
  }
}
