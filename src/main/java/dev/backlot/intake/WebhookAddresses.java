package dev.backlot.intake;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.port.JobWebhooks;
import dev.backlot.port.JobWebhooks.Address;
import dev.backlot.port.JobWebhooks.Kept;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds the endpoint for each address that a job names for its events, before the job is stored.
 * Callable from any event loop.
 */
public final class WebhookAddresses {
  private final Function<String, Optional<String>> problem;
  private final JobWebhooks webhooks;
  private final int most;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  /**
   * @param problem what is wrong with an address, in words after "must be"
   * @param most addresses of a tenant's jobs that may be in use
   * @param ids of endpoints
   */
  public WebhookAddresses(
      Function<String, Optional<String>> problem,
      JobWebhooks webhooks,
      int most,
      Supplier<UUID> ids,
      InstantSource clock) {
    this.problem = problem;
    this.webhooks = webhooks;
    this.most = most;
    this.ids = ids;
    this.clock = clock;
  }

  /** Stores a submission once its address is kept. */
  public Function<Submission, Future<Admission>> before(
      Function<Submission, Future<Admission>> intake) {
    return submission -> addressed(submission).compose(intake);
  }

  private Future<Submission> addressed(Submission submission) {
    if (submission.terms().webhook() == null) {
      return Future.succeededFuture(submission);
    }
    try {
      check(submission);
    } catch (BacklotException wrong) {
      return Future.failedFuture(wrong);
    }
    return addressed(submission.tenant(), List.of(submission)).map(all -> all.get(0));
  }

  /**
   * @throws BacklotException naming the field, when nothing may be sent to the address
   */
  void check(Submission submission) {
    JobWebhook webhook = submission.terms().webhook();
    if (webhook != null) {
      problem
          .apply(webhook.url())
          .ifPresent(
              wrong -> {
                throw BacklotException.ofField(
                    ErrorCode.INVALID_REQUEST, "/webhook_url", "must be " + wrong);
              });
    }
  }

  /**
   * The same submissions, in the same order, told where their webhooks are kept.
   *
   * @param submissions of the tenant, all of them checked
   * @return fails with {@code NO_WEBHOOK_SECRET} or {@code TOO_MANY_WEBHOOK_ADDRESSES}
   */
  Future<List<Submission>> addressed(TenantId tenant, List<Submission> submissions) {
    Map<Address, EndpointId> fresh = new HashMap<>();
    for (Submission each : submissions) {
      JobWebhook webhook = each.terms().webhook();
      if (webhook != null) {
        fresh.computeIfAbsent(Address.of(webhook), first -> new EndpointId(ids.get()));
      }
    }
    if (fresh.isEmpty()) {
      return Future.succeededFuture(submissions);
    }
    return webhooks
        .keep(tenant, fresh, most, clock.instant())
        .map(kept -> submissions.stream().map(each -> telling(each, kept)).toList());
  }

  private Submission telling(Submission submission, Kept kept) {
    JobWebhook webhook = submission.terms().webhook();
    if (webhook == null) {
      return submission;
    }
    EndpointId endpoint = kept.endpoints().get(Address.of(webhook));
    if (endpoint == null) {
      throw kept.hasKeys() || webhook.origin() != null ? tooMany() : noSecret();
    }
    return submission.telling(webhook, endpoint.value());
  }

  private static BacklotException noSecret() {
    return BacklotException.ofField(
        ErrorCode.NO_WEBHOOK_SECRET,
        "/webhook_url",
        "Make the secret first with which its deliveries are signed: POST /api/v1/webhook-secret.");
  }

  private BacklotException tooMany() {
    return BacklotException.ofField(
        ErrorCode.TOO_MANY_WEBHOOK_ADDRESSES,
        "/webhook_url",
        "Your jobs may use "
            + most
            + " addresses at a time; wait for jobs to end, or give several jobs the same address.");
  }
}
