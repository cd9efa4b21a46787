package dev.backlot.call;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.job.JobError;
import dev.backlot.http.AnswerTree;
import dev.backlot.http.CallAnswer;
import dev.backlot.http.LongAnswers;
import dev.backlot.port.ProviderCalls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls that only read, and are the same for everybody: presets. Their answers are remembered for a
 * while, a hundred of them; they cost nothing and may be asked for again. Thread-safe.
 */
final class Readings {
  private static final int MOST = 100;

  private final Vertx vertx;
  private final ProviderCalls provider;
  private final Duration remembered;
  private final InstantSource clock;
  private final Map<String, Known> known = new OldestOut();

  private record Known(Object data, Instant until) {}

  Readings(Vertx vertx, ProviderCalls provider, Duration remembered, InstantSource clock) {
    this.vertx = vertx;
    this.provider = provider;
    this.remembered = remembered;
    this.clock = clock;
  }

  Future<CallAnswer> read(
      CallKind kind, Map<String, ?> input, String account, BooleanSupplier permit) {
    String path = path(kind, input);
    Object data = recall(path);
    if (data != null) {
      return Future.succeededFuture(new CallAnswer.Read(kind.name(), data));
    }
    return provider
        .send(
            new ProviderCalls.Sending(account, kind.name(), path, "", List.of()),
            permit,
            late -> {})
        .compose(outcome -> keep(path, outcome))
        .map(read -> new CallAnswer.Read(kind.name(), read));
  }

  private static String path(CallKind kind, Map<String, ?> input) {
    String query =
        new TreeMap<>(input)
            .entrySet().stream()
                .map(each -> each.getKey() + "=" + encoded(String.valueOf(each.getValue())))
                .collect(Collectors.joining("&"));
    return query.isEmpty() ? kind.path() : kind.path() + "?" + query;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private synchronized @Nullable Object recall(String path) {
    Known found = known.get(path);
    return found != null && clock.instant().isBefore(found.until()) ? found.data() : null;
  }

  private Future<Object> keep(String path, CallOutcome outcome) {
    if (!(outcome instanceof CallOutcome.Answered answered)) {
      return Future.failedFuture(failure(outcome));
    }
    String answer = answered.data();
    return LongAnswers.work(vertx, answer, () -> AnswerTree.common(Json.decodeValue(answer)))
        .onSuccess(data -> keep(path, data));
  }

  private synchronized void keep(String path, Object data) {
    known.put(path, new Known(data, clock.instant().plus(remembered)));
  }

  /** Nothing is lost with the answer to a question: it may be asked again. */
  private static BacklotException failure(CallOutcome outcome) {
    if (outcome instanceof CallOutcome.Refused refused) {
      JobError error = CallRefusals.error(refused.code());
      return new BacklotException(error.code(), error.detail());
    }
    return CallRefusals.noAccount();
  }

  private static final class OldestOut extends LinkedHashMap<String, Known> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
      return size() > MOST;
    }
  }
}
