package dev.backlot.dispatch;

import dev.backlot.domain.catalog.CarryOver.Carried;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.catalog.Routing;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.job.QueuedJob;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides which way a job goes through an account: in the dialect that the account prefers for its
 * model where there is such a way, else in any other that the account speaks, its kind's own first.
 * A way that cannot carry everything in the job's input is none.
 */
final class RouteChoice {
  private final Routing routing;
  private final Dispatch.Dialects dialects;

  /**
   * @param request model and input as the route has them
   */
  record Chosen(Route route, Carried request) {}

  RouteChoice(Routing routing, Dispatch.Dialects dialects) {
    this.routing = routing;
    this.dialects = dialects;
  }

  Optional<Chosen> choose(QueuedJob job, String account) {
    String version = SlotClass.parse(job.slotClass()).model();
    Optional<Dialect> preferred = dialects.preferred(account, job.model(), version);
    List<Route> routes =
        routing.routes(job.kind()).stream()
            .filter(route -> dialects.speaks(account, route.dialect()))
            .sorted(Comparator.comparing(route -> !preferred.equals(Optional.of(route.dialect()))))
            .toList();
    for (Route route : routes) {
      Optional<Carried> request = route.carry(job.model(), new JsonObject(job.input()).getMap());
      if (request.isPresent()) {
        return Optional.of(new Chosen(route, request.get()));
      }
    }
    return Optional.empty();
  }
}
