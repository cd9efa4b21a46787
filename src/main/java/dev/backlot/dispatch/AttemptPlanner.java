package dev.backlot.dispatch;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.catalog.Routing;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.port.Dispatches;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Decides which account tries which job: the one with the most free slots of the job's class. The
 * request body is fixed here, with our external id in it and without anything of the caller's that
 * would reach back to the caller.
 */
final class AttemptPlanner implements Dispatches.Planner {
  private final Routing routing;
  private final BiPredicate<String, Dialect> speaks;
  private final String installation;
  private final Supplier<UUID> ids;

  AttemptPlanner(
      Routing routing,
      BiPredicate<String, Dialect> speaks,
      String installation,
      Supplier<UUID> ids) {
    this.routing = routing;
    this.speaks = speaks;
    this.installation = installation;
    this.ids = ids;
  }

  @Override
  public List<PlannedAttempt> apply(List<QueuedJob> jobs, List<FreeSlots> slots) {
    List<Room> rooms = slots.stream().map(Room::new).toList();
    List<PlannedAttempt> planned = new ArrayList<>(jobs.size());
    for (QueuedJob job : jobs) {
      roomiest(rooms, job).ifPresent(room -> planned.add(plan(job, room.take(job.slots()))));
    }
    return planned;
  }

  private Optional<Room> roomiest(List<Room> rooms, QueuedJob job) {
    Dialect dialect = routing.route(job.kind()).dialect();
    return rooms.stream()
        .filter(room -> room.fits(job) && speaks.test(room.slots.account(), dialect))
        .max(Comparator.comparingInt(room -> room.free));
  }

  private PlannedAttempt plan(QueuedJob job, String account) {
    AttemptId id = new AttemptId(ids.get());
    String externalId = id.externalId(installation);
    Route route = routing.route(job.kind());
    return new PlannedAttempt(
        id,
        job.id(),
        account,
        route.dialect().text(),
        route.pathFor(job.model()),
        externalId,
        body(job, route.dialect(), externalId),
        job.slotClass(),
        job.slots());
  }

  private static String body(QueuedJob job, Dialect dialect, String externalId) {
    JsonObject body = new JsonObject(job.input());
    JsonObject ours = body;
    for (String member : dialect.ours()) {
      JsonObject inner = ours.getJsonObject(member, new JsonObject());
      ours.put(member, inner);
      ours = inner;
    }
    ours.put("external_task_id", externalId);
    if (dialect == Dialect.LEGACY) {
      body.put("model_name", job.model());
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
          && free >= job.slots();
    }

    private String take(int taken) {
      free -= taken;
      return slots.account();
    }
  }
}
