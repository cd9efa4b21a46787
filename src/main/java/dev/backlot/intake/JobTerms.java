package dev.backlot.intake;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.TimeoutPolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what a request says of a job beside its input. Pure. */
final class JobTerms {
  private static final Duration FURTHEST = Duration.ofDays(366);

  private JobTerms() {}

  /**
   * @param body a {@code NewJob} of the contract
   * @throws BacklotException naming the field that is wrong
   */
  static Terms read(JsonObject body, Instant now) {
    Instant startAt = time(body, "start_at", now);
    Instant expiresAt = earlier(time(body, "expires_at", now), startBy(body, startAt, now));
    if (expiresAt != null && !expiresAt.isAfter(startAt == null ? now : startAt)) {
      throw wrong("expires_at", "It must be later than now and than start_at.");
    }
    String onTimeout = body.getString("on_timeout");
    return new Terms(
        startAt,
        expiresAt,
        body.getBoolean("fallback", true),
        onTimeout == null ? null : TimeoutPolicy.parse(onTimeout),
        null,
        webhook(body));
  }

  /** Without types of events the end of the job is told. */
  private static @Nullable JobWebhook webhook(JsonObject body) {
    String url = body.getString("webhook_url");
    JsonArray events = body.getJsonArray("webhook_events");
    if (url == null) {
      if (events != null) {
        throw wrong("webhook_events", "They are told at a webhook_url; there is none.");
      }
      return null;
    }
    Set<String> told =
        events == null
            ? Set.copyOf(EventTypes.ENDS)
            : events.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    return new JobWebhook(url, told, null);
  }

  private static @Nullable Instant startBy(
      JsonObject body, @Nullable Instant startAt, Instant now) {
    Integer seconds = body.getInteger("start_within_seconds");
    if (seconds == null) {
      return null;
    }
    return (startAt == null || startAt.isBefore(now) ? now : startAt).plusSeconds(seconds);
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  private static @Nullable Instant time(JsonObject body, String field, Instant now) {
    String text = body.getString(field);
    if (text == null) {
      return null;
    }
    Instant time;
    try {
      time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException notATime) {
      throw wrong(field, "It must be a time such as 2026-12-01T08:00:00Z.");
    }
    if (time.isAfter(now.plus(FURTHEST))) {
      throw wrong(field, "It must be within a year from now.");
    }
    return time;
  }

  private static BacklotException wrong(String field, String remedy) {
    return BacklotException.ofField(ErrorCode.INVALID_REQUEST, "/" + field, remedy);
  }
}
