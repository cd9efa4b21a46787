package dev.backlot.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.config.CallsConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.port.ProviderCalls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Kling's synchronous calls (Kling reference, sections 4.7, 4.10, 4.11, 5.1 and 6.3), which have no
 * id of ours: what becomes of one is known from its answer or not at all.
 */
final class KlingCalls implements ProviderCalls {
  private final Vertx vertx;
  private final Map<String, KlingAccount> accounts;
  private final CallsConfig config;

  KlingCalls(Vertx vertx, Map<String, KlingAccount> accounts, CallsConfig config) {
    this.vertx = vertx;
    this.accounts = accounts;
    this.config = config;
  }

  @Override
  public Future<CallOutcome> send(
      Sending sending, BooleanSupplier permit, Consumer<CallOutcome> late) {
    KlingAccount account = accounts.get(sending.account());
    if (account == null || !account.speaks(Dialect.LEGACY.text())) {
      return Future.succeededFuture(
          new CallOutcome.NeverSent(ErrorCode.INTERNAL, "no such account or dialect"));
    }
    RequestBody body = RequestBody.of(sending.body(), sending.parts());
    HttpMethod method = sending.body().isEmpty() ? HttpMethod.GET : HttpMethod.POST;
    Deadline deadline = Deadline.in(vertx, config.timeout().plusSeconds(body.length() >> 20));
    return account
        .call(
            method,
            sending.path(),
            body,
            config.answerSize(),
            permit,
            reply -> late.accept(outcome(reply)),
            deadline)
        .onComplete(done -> deadline.cancel())
        .map(KlingCalls::outcome)
        .otherwise(failure -> new CallOutcome.Unknown(failure.getClass().getSimpleName(), 0));
  }

  static CallOutcome outcome(Reply reply) {
    if (reply instanceof Reply.Success success) {
      return answered(success.data());
    }
    if (reply instanceof Reply.Failure failure) {
      KlingError error = failure.error();
      return error.effect() == KlingError.Effect.UNKNOWN
          ? new CallOutcome.Unknown("code " + error.number(), error.number())
          : new CallOutcome.Refused(error.code(), error.number());
    }
    if (reply instanceof Reply.NotWritten notWritten) {
      return new CallOutcome.NeverSent(notWritten.code(), notWritten.reason());
    }
    return new CallOutcome.Unknown(
        reply instanceof Reply.Unusable unusable ? unusable.reason() : "an answer of another kind",
        0);
  }

  /** Of these calls speech alone is answered in the form of a task, which may have failed. */
  private static CallOutcome answered(JsonNode data) {
    if (data.path("task_status").asText("").equals("failed")) {
      String words = data.path("task_status_msg").asText("");
      return new CallOutcome.Refused(FailureReasons.classify(words), 0);
    }
    String task = KlingPayloads.taskId(data).orElse(null);
    return new CallOutcome.Answered(
        data.toString(), KlingPayloads.deduction(task == null ? "" : task, data), task);
  }
}
