package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Standing;
import dev.backlot.domain.webhook.Try;
import dev.backlot.port.WebhookQueue.Claimed;
import dev.backlot.port.WebhookQueue.Sent;
import dev.backlot.port.WebhookQueue.Served;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One round of an endpoint: which deliveries go out together, and what follows from their outcomes.
 *
 * <p>Of one job at most one delivery goes out at a time, and new ones go in the order of the log:
 * so no event is sent for the first time before the first tries of all earlier ones of its job were
 * answered. What is tried again may arrive after later ones; the version in the body tells.
 */
record Rounds(int atOnce, Schedule schedule, Circuit circuit, RandomGenerator random) {

  private static final Duration NOT_BEGUN_PAUSE = Duration.ofSeconds(1);

  static Rounds of(WebhooksConfig config, RandomGenerator random) {
    return new Rounds(config.deliveriesAtOnce(), Schedule.of(config), Circuit.of(config), random);
  }

  /**
   * @param took milliseconds
   */
  record Result(Delivery delivery, Outcome outcome, Instant startedAt, long took) {}

  /** New ones and those that are tried again by turns, so that neither waits for the other. */
  List<Delivery> choose(Claimed claimed) {
    int most = circuit.isOpen(claimed.endpoint().standing()) ? 1 : atOnce;
    List<Delivery> chosen = new ArrayList<>();
    Set<JobId> jobs = new HashSet<>();
    int longest = Math.max(claimed.fresh().size(), claimed.again().size());
    for (int i = 0; i < longest; i++) {
      add(claimed.fresh(), i, most, chosen, jobs);
      add(claimed.again(), i, most, chosen, jobs);
    }
    return chosen;
  }

  private static void add(
      List<Delivery> from, int index, int most, List<Delivery> chosen, Set<JobId> jobs) {
    if (index < from.size() && chosen.size() < most && jobs.add(from.get(index).job())) {
      chosen.add(from.get(index));
    }
  }

  /** Nothing was sent: there was nothing to send. */
  Served nothing(Claimed claimed, Instant now) {
    Standing standing = claimed.endpoint().standing();
    return new Served(claimed, List.of(), standing, now, null);
  }

  /** What was not begun is no try, and says nothing of the endpoint. */
  Served served(Claimed claimed, List<Result> all, Instant now) {
    List<Result> results = all.stream().filter(each -> each.outcome().isTried()).toList();
    if (results.isEmpty()) {
      Standing standing = claimed.endpoint().standing();
      return new Served(claimed, List.of(), standing, now.plus(NOT_BEGUN_PAUSE), null);
    }
    List<Outcome> outcomes = results.stream().map(Result::outcome).toList();
    Standing standing = circuit.after(claimed.endpoint().standing(), outcomes, now);
    return new Served(
        claimed,
        results.stream().map(result -> sent(result, now)).toList(),
        standing,
        later(circuit.notBefore(standing, now), now.plus(asked(outcomes))),
        disabled(outcomes, standing, now));
  }

  /** A receiver that wants a pause wants it from all deliveries (RFC 9110, section 10.2.3). */
  private Duration asked(List<Outcome> outcomes) {
    return outcomes.stream()
        .map(outcome -> schedule.asked(outcome.retryAfter()))
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private @Nullable DisabledReason disabled(
      List<Outcome> outcomes, Standing standing, Instant now) {
    if (outcomes.stream().anyMatch(Outcome::isGone)) {
      return DisabledReason.GONE;
    }
    return circuit.isHopeless(standing, now) ? DisabledReason.FAILING : null;
  }

  private Sent sent(Result result, Instant now) {
    Outcome outcome = result.outcome();
    Delivery delivery = result.delivery();
    Try done =
        new Try(
            result.startedAt(),
            outcome.status(),
            outcome.kind().name().toLowerCase(Locale.ROOT),
            result.took());
    if (outcome.isDelivered()) {
      return new Sent(delivery.position(), delivery.tries(), DeliveryState.DELIVERED, null, done);
    }
    Optional<Instant> next =
        schedule.next(delivery.tries() + 1, outcome.retryAfter(), random.nextDouble(), now);
    return next.map(
            at -> new Sent(delivery.position(), delivery.tries(), DeliveryState.PENDING, at, done))
        .orElseGet(
            () ->
                new Sent(delivery.position(), delivery.tries(), DeliveryState.FAILED, null, done));
  }
}
