package dev.backlot.forecast;

import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.render.RenderTime;
import dev.backlot.domain.schedule.Forecast;
import dev.backlot.domain.schedule.Forecast.Span;
import dev.backlot.domain.schedule.QueuePlace;
import dev.backlot.domain.schedule.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A forecast in the API's own form. Pure. */
final class ForecastJson {
  private ForecastJson() {}

  static JsonObject of(
      JobId job, QueuePlace place, RenderTime render, Predicate<String> mayCreate, Instant now) {
    JsonObject json =
        new JsonObject()
            .put("job_id", job.toString())
            .put("state", place.state().text())
            .put("waiting", waiting(place, mayCreate, now))
            .put("position", null)
            .put("start", null)
            .put("end", null)
            .put("measured", render.isMeasured());
    return switch (place.state()) {
      case QUEUED -> place.batchPaused() ? json : queued(json, place, render, mayCreate, now);
      case SUBMITTING ->
          Waiting.isWaiting(place)
              ? json
              : json.put("end", span(Forecast.ofRunning(render, Duration.ZERO), now));
      case RUNNING, STORING ->
          json.put("end", span(Forecast.ofRunning(render, age(place, now)), now));
      case HELD, SUCCEEDED, FAILED, CANCELED, EXPIRED -> json;
    };
  }

  private static JsonObject queued(
      JsonObject json,
      QueuePlace place,
      RenderTime render,
      Predicate<String> mayCreate,
      Instant now) {
    Duration until =
        place.ripeAt().isAfter(now) ? Duration.between(now, place.ripeAt()) : Duration.ZERO;
    Forecast.OfQueued forecast = Forecast.ofQueued(place, until, render, mayCreate);
    json.put("position", forecast.position());
    if (Waiting.of(place, mayCreate, now).isForSomebody()) {
      return json;
    }
    return json.put("start", span(forecast.start(), now)).put("end", span(forecast.end(), now));
  }

  private static Duration age(QueuePlace place, Instant now) {
    Instant since = place.runningSince();
    return since == null || since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
  }

  private static JsonObject span(Span span, Instant from) {
    return new JsonObject()
        .put("p50", text(from.plus(span.p50())))
        .put("p90", text(from.plus(span.p90())));
  }

  /** To the second: an estimate that says more than it knows is read as a promise. */
  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String held(String reason) {
    return switch (reason) {
      case HeldReason.BATCH_PAUSED -> "Its batch is paused. Resume the batch to let it go on.";
      case HeldReason.MODEL_UNAVAILABLE ->
          "Nothing can run its model at this moment. It goes on by itself when something can.";
      case HeldReason.MODEL_REFUSED ->
          "The provider refuses its model. Release it to try once more, or cancel it.";
      default -> "It is held. Release it to let it go on.";
    };
  }

  private static @Nullable JsonObject waiting(
      QueuePlace place, Predicate<String> mayCreate, Instant now) {
    if (!Waiting.isWaiting(place)) {
      return null;
    }
    Waiting waiting = Waiting.of(place, mayCreate, now);
    JsonObject json =
        new JsonObject()
            .put("reason", waiting.reason().text())
            .put("detail", detail(place, waiting))
            .put("numbers", new JsonObject(new TreeMap<>(waiting.numbers())));
    if (place.heldReason() != null) {
      json.put("held_reason", place.heldReason());
    }
    return json;
  }

  private static String detail(QueuePlace place, Waiting waiting) {
    return switch (waiting.reason()) {
      case HELD -> held(String.valueOf(place.heldReason()));
      case OUTCOME_UNKNOWN ->
          "It was sent, and the answer did not come. It is looked for at the provider before anything"
              + " else is done with it, so that it is never paid for twice.";
      case SPEND_CAP ->
          "Its batch may not spend what it costs besides the others. It goes on when others cost less"
              + " than they could, or when you raise the batch's spend cap.";
      case CREDIT -> "You have too little credit for it. It goes on when there is enough.";
      case BATCH_PAUSED -> "Its batch is paused or canceled: nothing of it is started.";
      case NOT_DUE -> "It does not start before " + place.startAt() + ".";
      case PAUSED -> "It was tried, and is tried again at " + text(place.ripeAt()) + ".";
      case TENANT_LIMIT -> "Your jobs hold as many slots as they may at a time.";
      case BATCH_LIMIT -> "The jobs of its batch hold as many slots as they may at a time.";
      case NO_SLOTS -> "There are no slots for its model. Tell your operator, or cancel it.";
      case ACCOUNTS_UNAVAILABLE -> "The provider cannot be used at this moment; it is tried again.";
      case SLOTS_BUSY -> "Every slot that could run it is in use.";
      case PROVIDER_LIMIT -> "The provider grants fewer slots at this moment than there should be.";
      case TURN -> "Others go first.";
      case NOTHING -> "It is about to start.";
    };
  }
}
