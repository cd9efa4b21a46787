package dev.backlot.ops;

import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.port.WebhookQueue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Counts what was planned and what became of each send. No tenant and no address is named. */
public final class MeteredWebhookQueue implements WebhookQueue {
  private final WebhookQueue queue;
  private final Counter planned;
  private final Counter refused;
  private final MeterProvider<Timer> sends;
  private final MeterProvider<Counter> disabled;

  public MeteredWebhookQueue(WebhookQueue queue, MeterRegistry registry) {
    this.queue = queue;
    planned =
        Counter.builder("backlot.webhook.planned")
            .description("Deliveries that were made of events")
            .register(registry);
    refused =
        Counter.builder("backlot.webhook.refused")
            .description("Of those, failed at once because too many of their endpoint waited")
            .register(registry);
    sends =
        Timer.builder("backlot.webhook.sends")
            .description("Sends to endpoints, by outcome and by what is told there")
            .withRegistry(registry);
    disabled =
        Counter.builder("backlot.webhook.endpoints.disabled")
            .description("Endpoints to which nothing is sent any more, by reason")
            .withRegistry(registry);
  }

  @Override
  public Future<Planned> plan(int limit, int waitingMax, Instant now) {
    return queue
        .plan(limit, waitingMax, now)
        .onSuccess(
            done -> {
              planned.increment(done.deliveries());
              refused.increment(done.refused());
            });
  }

  @Override
  public Future<List<Claimed>> claim(UUID claim, Room room, int window, Duration lease) {
    return queue.claim(claim, room, window, lease);
  }

  @Override
  public Future<Integer> giveUp(int limit, Instant now) {
    return queue.giveUp(limit, now);
  }

  @Override
  public Future<Boolean> release(Served served, Instant now) {
    return queue.release(served, now).onSuccess(ours -> count(served));
  }

  @Override
  public Future<Counts> counts() {
    return queue.counts();
  }

  private void count(Served served) {
    String tells = served.claimed().endpoint().isToldTasks() ? "tasks" : "events";
    served
        .sent()
        .forEach(
            sent ->
                sends
                    .withTags("outcome", sent.done().outcome(), "tells", tells)
                    .record(sent.done().millis(), TimeUnit.MILLISECONDS));
    DisabledReason reason = served.disabled();
    if (reason != null) {
      disabled.withTag("reason", reason.text()).increment();
    }
  }
}
