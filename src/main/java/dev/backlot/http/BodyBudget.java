package dev.backlot.http;

import dev.backlot.domain.access.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many bytes of large bodies a node holds at a time, in all and for one tenant. Counted by
 * their announced length before the first byte is read, and until nobody needs the body any more.
 * Thread-safe.
 */
public final class BodyBudget {
  private final long most;
  private final long mostPerTenant;
  private final Map<TenantId, Long> byTenant = new HashMap<>();
  private long taken;

  /**
   * @param most bytes in all
   * @param mostPerTenant bytes of one tenant, whatever the others have
   */
  public BodyBudget(long most, long mostPerTenant) {
    this.most = most;
    this.mostPerTenant = mostPerTenant;
  }

  /** Empty when they are not to be had now; nobody is queued. */
  public synchronized Optional<Share> take(TenantId tenant, long bytes) {
    long own = byTenant.getOrDefault(tenant, 0L);
    if (taken + bytes > most || own + bytes > mostPerTenant) {
      return Optional.empty();
    }
    taken += bytes;
    byTenant.put(tenant, own + bytes);
    return Optional.of(new Share(tenant, bytes));
  }

  /** Bytes that are taken now, for metrics. */
  public synchronized long taken() {
    return taken;
  }

  private synchronized void giveBack(TenantId tenant, long bytes) {
    taken -= bytes;
    byTenant.computeIfPresent(tenant, (id, own) -> own == bytes ? null : own - bytes);
  }

  /** The bytes of one body. Taken with one holder; given back when the last one lets go. */
  public final class Share {
    private final TenantId tenant;
    private final long bytes;
    private int holders = 1;

    private Share(TenantId tenant, long bytes) {
      this.tenant = tenant;
      this.bytes = bytes;
    }

    /** One more holder, while there is one. */
    public void hold() {
      synchronized (BodyBudget.this) {
        holders++;
      }
    }

    public void letGo() {
      synchronized (BodyBudget.this) {
        holders--;
        if (holders == 0) {
          giveBack(tenant, bytes);
        }
      }
    }
  }
}
