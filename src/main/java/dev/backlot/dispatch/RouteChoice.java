package dev.backlot.dispatch;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.Reach.Way;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.catalog.Routing;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.QueuedJob;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides which way a job goes through an account: in the dialect that the account prefers for its
 * model where there is such a way, else in any other that the account speaks, its kind's own first.
 * A way that cannot carry everything in the job's input is none, and a model that was taken out of
 * the catalog has none.
 */
final class RouteChoice {
  private final Routing routing;
  private final Dispatch.Dialects dialects;

  RouteChoice(Routing routing, Dispatch.Dialects dialects) {
    this.routing = routing;
    this.dialects = dialects;
  }

  Optional<Way> choose(QueuedJob job, String account) {
    String version = SlotClass.parse(job.slotClass()).model();
    Optional<Dialect> preferred = dialects.preferred(account, job.model(), version);
    List<Route> routes =
        routing.routes(job.kind(), job.model()).stream()
            .sorted(Comparator.comparing(route -> !preferred.equals(Optional.of(route.dialect()))))
            .toList();
    return dialects.ofAccount(account).way(routes, job.model(), PinnedInput.of(job));
  }

  /**
   * Whether the job may wait for this account: it can carry the job, or no other can either. Costs
   * nothing where it speaks the kind's own dialect, in which everything can be said.
   */
  boolean mayGo(QueuedJob job, String account) {
    Pinned pinned = job.pinned();
    if (pinned != null && !pinned.account().equals(account)) {
      return !hasWay(job);
    }
    List<Route> routes = routing.routes(job.kind(), job.model());
    boolean speaksOwn =
        !routes.isEmpty() && dialects.ofAccount(account).spoken().contains(routes.get(0).dialect());
    return speaksOwn || choose(job, account).isPresent() || !hasWay(job);
  }

  /** Whether any account that may run it could carry it, busy or not. */
  boolean hasWay(QueuedJob job) {
    List<Route> routes = routing.routes(job.kind(), job.model());
    Pinned pinned = job.pinned();
    Reach reach = dialects.of(job.pool(), pinned == null ? null : pinned.account());
    SlotClass slotClass = SlotClass.parse(job.slotClass());
    return reach.way(routes, slotClass, job.slots(), job.model(), PinnedInput.of(job)).isPresent();
  }
}
