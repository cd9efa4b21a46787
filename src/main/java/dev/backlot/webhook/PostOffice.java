package dev.backlot.webhook;

import dev.backlot.config.Secret;
import dev.backlot.config.WebhooksConfig;
import dev.backlot.http.Authentication;
import dev.backlot.http.HostResolver;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.JobWebhooks;
import dev.backlot.port.WebhookQueue;
import dev.backlot.port.Webhooks;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpClientOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** What sending and the routes of one node share: keys, guard and connections. Thread-safe. */
public final class PostOffice {
  /** Name look-ups at a time, each of which holds a thread. */
  private static final int LOOK_UPS = 64;

  /** Of those, for one tenant; the others wait for their turn. */
  private static final int LOOK_UPS_PER_TENANT = 4;

  /** Signatures at a time. */
  private static final int SIGNERS = 2;

  private final WebhooksConfig config;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final KeySafe safe;
  private final TargetGuard guard;
  private final Messages messages;
  private final Pings pings;

  /**
   * @param key seals the signing keys of endpoints
   * @param tasks for those who are told tasks rather than events
   */
  public PostOffice(
      Vertx vertx, WebhooksConfig config, Secret key, TaskBodies tasks, InstantSource clock) {
    this(
        vertx,
        config,
        key,
        tasks,
        clock,
        HostResolver.system(vertx.createSharedWorkerExecutor("backlot-webhook-names", LOOK_UPS)),
        new HttpClientOptions());
  }

  /**
   * @param options what a test adds, such as its own certificate authority
   */
  PostOffice(
      Vertx vertx,
      WebhooksConfig config,
      Secret key,
      TaskBodies tasks,
      InstantSource clock,
      HostResolver resolver,
      HttpClientOptions options) {
    this.config = config;
    this.clock = clock;
    this.safe = new KeySafe(key, random);
    this.guard =
        new TargetGuard(config, new SharedLookUps(resolver, LOOK_UPS, LOOK_UPS_PER_TENANT));
    Sender sender = new HttpSender(vertx, config, guard, options, clock);
    WorkerExecutor signers =
        vertx.createSharedWorkerExecutor("backlot-webhook-signatures", SIGNERS);
    this.messages = new Messages(new Signatures(signers, safe), tasks, sender, clock);
    this.pings = new Pings(messages::ping);
  }

  /**
   * @param claims ids, each of them once
   */
  public Courier courier(WebhookQueue queue, Supplier<UUID> claims) {
    return new Courier(queue, Rounds.of(config, random), messages, config, claims, clock);
  }

  /** What is wrong with an address, in words after "must be"; empty when nothing is. */
  public Optional<String> problem(String url) {
    return guard.problem(url);
  }

  /**
   * Of one event loop.
   *
   * @param ids of endpoints
   */
  public List<Routes> routes(
      Authentication authentication,
      RequestChecks checks,
      Webhooks webhooks,
      JobWebhooks jobs,
      Supplier<UUID> ids) {
    NewKeys keys = new NewKeys(safe, random);
    return List.of(
        new JobWebhookRoutes(authentication, checks, jobs, keys, config, clock),
        new EndpointRoutes(
            authentication, checks, webhooks, keys, guard, pings, config, ids, clock),
        new DeliveryRoutes(authentication, checks, webhooks, config.waitingMax()));
  }
}
