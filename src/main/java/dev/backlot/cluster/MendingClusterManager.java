package dev.backlot.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.MergeEvent;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says again what this node has registered after parts of the cluster were cut off from each other.
 * Meanwhile each part has forgotten the others, and what they take for the truth when they meet
 * again is that of one part, on some nodes: without this, a node could listen for ever to what
 * nobody sends it.
 */
final class MendingClusterManager extends InfinispanClusterManager {
  private static final Logger LOG = LoggerFactory.getLogger(MendingClusterManager.class);

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** More than once, because the parts may still be copying from each other the first time. */
  private static final int TIMES = 3;

  private static final long NONE = -1;

  private record Registration(String address, RegistrationInfo info) {}

  private final Set<Registration> registered = ConcurrentHashMap.newKeySet();
  private final AtomicInteger toSay = new AtomicInteger();
  private final DefaultCacheManager caches;
  private final ViewListener listener = new ViewListener();
  private volatile Vertx vertx;
  private volatile long timer = NONE;

  // Vert.x calls init before anything else.
  @SuppressWarnings("NullAway.Init")
  MendingClusterManager(DefaultCacheManager caches) {
    super(caches);
    this.caches = caches;
  }

  @Override
  public void init(Vertx vertx) {
    this.vertx = vertx;
    super.init(vertx);
  }

  @Override
  public void join(Completable<Void> promise) {
    super.join(
        (done, failure) -> {
          if (failure != null) {
            promise.fail(failure);
            return;
          }
          caches.addListener(listener);
          timer = vertx.setPeriodic(INTERVAL.toMillis(), tick -> mend());
          promise.succeed();
        });
  }

  @Override
  public void leave(Completable<Void> promise) {
    vertx.cancelTimer(timer);
    caches.removeListener(listener);
    super.leave(promise);
  }

  @Override
  public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    if (!info.localOnly()) {
      registered.add(new Registration(address, info));
    }
    super.addRegistration(address, info, promise);
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    registered.remove(new Registration(address, info));
    super.removeRegistration(address, info, promise);
  }

  /** How many of this node's consumers the cluster knows. */
  int registrations() {
    return registered.size();
  }

  private void mend() {
    NodeInfo own = getNodeInfo();
    if (own == null || toSay.getAndUpdate(times -> Math.max(0, times - 1)) == 0) {
      return;
    }
    setNodeInfo(own, (done, failure) -> report("this node's event bus", failure));
    registered.forEach(this::sayAgain);
  }

  /** Where it is known already a mere addition would change nothing, here or elsewhere. */
  private void sayAgain(Registration each) {
    super.removeRegistration(
        each.address(),
        each.info(),
        (removed, failure) -> {
          report(each.address(), failure);
          if (registered.contains(each)) {
            super.addRegistration(
                each.address(), each.info(), (added, refused) -> report(each.address(), refused));
          }
        });
  }

  private static void report(String what, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.atWarn().setCause(failure).addKeyValue("what", what).log("could not be said again");
    }
  }

  /** Called by Infinispan, on a thread of its own. */
  @Listener(sync = false)
  public final class ViewListener {
    @ViewChanged
    public void changed(ViewChangedEvent event) {
      LOG.atInfo()
          .addKeyValue("members", event.getNewMembers().size())
          .log("the members of the cluster have changed");
    }

    @Merged
    public void merged(MergeEvent event) {
      LOG.atInfo()
          .addKeyValue("members", event.getNewMembers().size())
          .log("parts of the cluster have found each other again");
      toSay.set(TIMES);
    }
  }
}
