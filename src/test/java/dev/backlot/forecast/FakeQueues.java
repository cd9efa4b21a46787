package dev.backlot.forecast;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.schedule.Places;
import dev.backlot.domain.schedule.QueuePlace;
import dev.backlot.port.Queues;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BiPredicate;

/** One job of one tenant. */
final class FakeQueues implements Queues {
  private final TenantId owner;
  private final JobId job;
  private QueuePlace place = Places.free().place();

  FakeQueues(TenantId owner, JobId job) {
    this.owner = owner;
    this.job = job;
  }

  void put(Places places) {
    place = places.place();
  }

  @Override
  public Future<Optional<QueuePlace>> place(
      TenantId tenant, JobId asked, BiPredicate<QueuedJob, String> mayGo) {
    return Future.succeededFuture(
        tenant.equals(owner) && asked.equals(job) ? Optional.of(place) : Optional.empty());
  }
}
