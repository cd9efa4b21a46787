package dev.backlot.dispatch;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach.Way;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.port.Dispatches;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Decides which account tries which job: the best {@link Offer} among those through which the job
 * has a way; one that uses what earlier jobs have made goes to the account that made it. A job that
 * has none is left out. The request body is fixed here, with our external id and our callback
 * address in it and without anything of the caller's that would reach back to the caller.
 */
final class AttemptPlanner implements Dispatches.Planner {
  private final RouteChoice routes;
  private final String installation;
  private final Supplier<UUID> ids;
  private final Dispatch.Callbacks callbacks;
  private final Dispatch.Standings standings;
  private final BiPredicate<String, String> hasRefused;

  /**
   * @param hasRefused whether an account was lately heard to have no right to a slot class; it is
   *     asked after all others
   */
  AttemptPlanner(
      RouteChoice routes,
      String installation,
      Supplier<UUID> ids,
      Dispatch.Callbacks callbacks,
      Dispatch.Standings standings,
      BiPredicate<String, String> hasRefused) {
    this.routes = routes;
    this.installation = installation;
    this.ids = ids;
    this.callbacks = callbacks;
    this.standings = standings;
    this.hasRefused = hasRefused;
  }

  @Override
  public List<PlannedAttempt> apply(List<QueuedJob> jobs, List<FreeSlots> slots) {
    List<Room> rooms = slots.stream().map(Room::new).toList();
    List<PlannedAttempt> planned = new ArrayList<>(jobs.size());
    for (QueuedJob job : jobs) {
      plan(job, rooms).ifPresent(planned::add);
    }
    return planned;
  }

  @Override
  public boolean mayPlanLater(QueuedJob job) {
    return routes.hasWay(job);
  }

  @Override
  public boolean mayGo(QueuedJob job, String account) {
    return routes.mayGo(job, account);
  }

  private Optional<PlannedAttempt> plan(QueuedJob job, List<Room> rooms) {
    List<Room> bestFirst =
        rooms.stream()
            .filter(room -> room.fits(job))
            .sorted(Comparator.comparing(this::isLast).thenComparing(this::offer, Offer.BEST_FIRST))
            .toList();
    for (Room room : bestFirst) {
      Optional<Way> chosen = routes.choose(job, room.slots.account());
      if (chosen.isPresent()) {
        return Optional.of(plan(job, chosen.get(), room.take(job.slots())));
      }
    }
    return Optional.empty();
  }

  private boolean isLast(Room room) {
    return hasRefused.test(room.slots.account(), room.slots.slotClass());
  }

  private Offer offer(Room room) {
    String account = room.slots.account();
    return new Offer(account, standings.price(account), standings.weight(account), room.free);
  }

  private PlannedAttempt plan(QueuedJob job, Way chosen, String account) {
    AttemptId id = new AttemptId(ids.get());
    String externalId = id.externalId(installation);
    Route route = chosen.route();
    return new PlannedAttempt(
        id,
        job.id(),
        account,
        route.dialect().text(),
        route.pathFor(chosen.request().model()),
        route.lookup(),
        externalId,
        body(chosen, externalId, callbacks.of(id, account)),
        job.slotClass(),
        job.slots());
  }

  private static String body(Way chosen, String externalId, Optional<String> callback) {
    Dialect dialect = chosen.route().dialect();
    JsonObject body = new JsonObject(new LinkedHashMap<>(chosen.request().input()));
    JsonObject ours = body;
    for (String member : dialect.ours()) {
      JsonObject inner = ours.getJsonObject(member, new JsonObject());
      ours.put(member, inner);
      ours = inner;
    }
    ours.put("external_task_id", externalId);
    if (callback.isPresent()) {
      ours.put("callback_url", callback.get());
    }
    if (chosen.route().namesModel()) {
      body.put("model_name", chosen.request().model());
    }
    return body.encode();
  }

  /** What is left of one account's slots while this plan is made. */
  private static final class Room {
    private final FreeSlots slots;
    private int free;

    private Room(FreeSlots slots) {
      this.slots = slots;
      this.free = slots.free();
    }

    private boolean fits(QueuedJob job) {
      return slots.pool().equals(job.pool())
          && slots.slotClass().equals(job.slotClass())
          && (job.pinned() == null || job.pinned().account().equals(slots.account()))
          && free >= job.slots();
    }

    private String take(int taken) {
      free -= taken;
      return slots.account();
    }
  }
}
