package dev.backlot.callback;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.TasksHinted;
import dev.backlot.bus.Bus;
import dev.backlot.config.CallbackConfig;
import dev.backlot.config.CallbackSignatures;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.CallbackResult;
import dev.backlot.http.Problems;
import dev.backlot.http.RawBody;
import dev.backlot.http.Routes;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Takes the provider's callbacks. The address is the credential, and it is checked before a byte of
 * the body is read; so a stranger costs one HMAC and no memory. A storm of genuine ones becomes one
 * message in each pause, which names each attempt once.
 */
public final class CallbackRoutes implements Routes {
  /**
   * The first hint goes at once; what follows within this time goes together, and what is too much
   * for one message with the next.
   */
  static final Duration PAUSE = Duration.ofMillis(10);

  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

  private final CallbackTokens tokens;
  private final Map<String, SignatureCheck> signatures = new HashMap<>();
  private final int bodyLimit;
  private final Bus bus;
  private final InstantSource clock;
  private final Consumer<CallbackResult> meter;
  private final Hints hints;
  private boolean pausing;

  /**
   * @param accounts by id, at least those of the tokens
   */
  public CallbackRoutes(
      CallbackConfig config,
      Map<String, CallbackSignatures> accounts,
      CallbackTokens tokens,
      Bus bus,
      InstantSource clock,
      Consumer<CallbackResult> meter) {
    accounts.forEach((account, rules) -> signatures.put(account, new SignatureCheck(rules)));
    this.tokens = tokens;
    this.bodyLimit = config.bodyLimit();
    this.bus = bus;
    this.clock = clock;
    this.meter = meter;
    this.hints = new Hints(config.hintsMax());
  }

  @Override
  public void mount(Router router) {
    router.post(CallbackUrls.PATH + ":token").handler(this::take);
  }

  private void take(RoutingContext ctx) {
    Optional<CallbackTokens.Grant> grant = tokens.check(ctx.pathParam("token"));
    if (grant.isEmpty()) {
      // As for any path that is not there: it says nothing about what a genuine one looks like.
      refuse(ctx, CallbackResult.BAD_TOKEN, ErrorCode.NOT_FOUND, "There is nothing here.");
      return;
    }
    RawBody.read(
        ctx,
        bodyLimit,
        BODY_TIMEOUT,
        body -> receive(ctx, grant.get(), body),
        () -> meter.accept(CallbackResult.TOO_LARGE));
  }

  private void receive(RoutingContext ctx, CallbackTokens.Grant grant, Buffer body) {
    SignatureCheck check = Objects.requireNonNull(signatures.get(grant.account()));
    SignatureCheck.Headers headers = SignatureCheck.Headers.of(ctx.request().headers());
    if (!check.accepts(headers, body, clock.instant())) {
      refuse(
          ctx,
          CallbackResult.BAD_SIGNATURE,
          ErrorCode.UNAUTHENTICATED,
          "The signature is missing, wrong or too old.");
      return;
    }
    meter.accept(hint(ctx.vertx(), grant.attempt(), body));
    ctx.response().end();
  }

  private CallbackResult hint(Vertx vertx, UUID attempt, Buffer body) {
    if (!CallbackBody.mayHaveEnded(body)) {
      return CallbackResult.IGNORED;
    }
    if (!hints.add(attempt)) {
      return CallbackResult.DROPPED;
    }
    if (!pausing) {
      tell(vertx);
    }
    return CallbackResult.HINTED;
  }

  private void tell(Vertx vertx) {
    List<UUID> attempts = hints.take(TasksHinted.MAX);
    pausing = !attempts.isEmpty();
    if (pausing) {
      bus.publish(Addresses.TASKS_HINTED, new TasksHinted(attempts));
      vertx.setTimer(PAUSE.toMillis(), over -> tell(vertx));
    }
  }

  private void refuse(RoutingContext ctx, CallbackResult result, ErrorCode code, String detail) {
    meter.accept(result);
    Problems.send(ctx, new BacklotException(code, detail));
  }
}
