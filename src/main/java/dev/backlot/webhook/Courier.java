package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.port.WebhookQueue;
import dev.backlot.port.WebhookQueue.Claimed;
import dev.backlot.port.WebhookQueue.Places;
import dev.backlot.port.WebhookQueue.Room;
import dev.backlot.port.WebhookQueue.Served;
import dev.backlot.webhook.Rounds.Result;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves endpoints with deliveries that are due: claims them, sends a round to each, and stores
 * what came of it. An endpoint that answers slowly keeps one of its tenant's places on this node
 * busy, never another endpoint, and never the places of others. When the node dies between the send
 * and what is stored of it, another one sends the same again, under the same id, after the claim.
 * Confined to one event loop.
 */
public final class Courier {
  /** For what comes before and after the sends. */
  static final Duration MARGIN = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  private final WebhookQueue queue;
  private final Rounds rounds;
  private final Messages messages;
  private final WebhooksConfig config;
  private final Duration claim;
  private final Supplier<UUID> ids;
  private final InstantSource clock;
  private final Map<TenantId, Places> taken = new HashMap<>();
  private int serving;
  private Runnable freed = () -> {};

  /**
   * @param ids of claims
   */
  Courier(
      WebhookQueue queue,
      Rounds rounds,
      Messages messages,
      WebhooksConfig config,
      Supplier<UUID> ids,
      InstantSource clock) {
    this.queue = queue;
    this.rounds = rounds;
    this.messages = messages;
    this.config = config;
    this.claim = config.timeout().plus(HttpSender.DRAIN).plus(MARGIN);
    this.ids = ids;
    this.clock = clock;
  }

  /** To be called whenever an endpoint was served: it may have more. */
  void onServed(Runnable handler) {
    freed = handler;
  }

  boolean isIdle() {
    return serving == 0;
  }

  /**
   * Claims as many endpoints as there is room for, and begins to serve them.
   *
   * @return false: whoever is served asks for the next pass
   */
  Future<Boolean> runOnce() {
    int free = config.endpointsAtOnce() - serving;
    if (free <= 0) {
      return Future.succeededFuture(false);
    }
    Room room = new Room(free, config.tenantEndpointsAtOnce(), taken);
    return queue
        .claim(ids.get(), room, config.deliveriesAtOnce(), claim)
        .map(
            claimed -> {
              claimed.forEach(this::serve);
              return false;
            });
  }

  private void serve(Claimed claimed) {
    serving++;
    TenantId tenant = claimed.endpoint().tenant();
    boolean failing = claimed.endpoint().standing().failures() > 0;
    taken.merge(tenant, new Places(1, failing ? 1 : 0), Places::plus);
    round(claimed)
        .compose(served -> queue.release(served, clock.instant()).map(ours -> served))
        .onSuccess(Courier::report)
        .onFailure(failure -> notStored(claimed, failure))
        .onComplete(
            done -> {
              serving--;
              taken.computeIfPresent(
                  tenant,
                  (its, places) -> {
                    Places left = places.plus(new Places(-1, failing ? -1 : 0));
                    return left.all() == 0 ? null : left;
                  });
              freed.run();
            });
  }

  private Future<Served> round(Claimed claimed) {
    List<Delivery> chosen = rounds.choose(claimed);
    if (chosen.isEmpty()) {
      return Future.succeededFuture(rounds.nothing(claimed, clock.instant()));
    }
    return Future.succeededFuture()
        .compose(begun -> messages.write(claimed.endpoint(), chosen))
        .compose(letters -> sendAll(letters, chosen))
        .map(results -> rounds.served(claimed, results, clock.instant()));
  }

  private Future<List<Result>> sendAll(Letters letters, List<Delivery> deliveries) {
    return Future.all(deliveries.stream().map(each -> send(letters, each)).toList())
        .map(CompositeFuture::list);
  }

  private Future<Result> send(Letters letters, Delivery delivery) {
    Instant startedAt = clock.instant();
    return messages
        .send(letters, delivery)
        .map(
            outcome ->
                new Result(
                    delivery,
                    outcome,
                    startedAt,
                    Duration.between(startedAt, clock.instant()).toMillis()));
  }

  /** After the claim somebody sends the same again. */
  private static void notStored(Claimed claimed, Throwable failure) {
    LOG.atWarn()
        .setCause(failure)
        .addKeyValue("endpointId", claimed.endpoint().id())
        .log("what a webhook endpoint has answered could not be stored");
  }

  private static void report(Served served) {
    DisabledReason disabled = served.disabled();
    if (disabled != null) {
      LOG.atWarn()
          .addKeyValue("endpointId", served.claimed().endpoint().id())
          .addKeyValue("tenantId", served.claimed().endpoint().tenant())
          .addKeyValue("reason", disabled.text())
          .log("a webhook endpoint was disabled");
    }
  }
}
