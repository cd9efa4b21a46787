package dev.backlot.call;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.Output;
import dev.backlot.http.AnswerTree;
import dev.backlot.http.LongAnswers;
import dev.backlot.port.Calls;
import dev.backlot.port.ProviderCalls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an open call, once, and closes it with what came of it. While its lease is held nobody else
 * closes it, so a close that does not reach the database is tried until it does; once the lease is
 * lost, whoever looks after dead nodes closes it as unknown. An answer that the database refuses
 * three times is closed as unknown, too.
 */
final class Sending {
  private static final Logger LOG = LoggerFactory.getLogger(Sending.class);
  private static final long PAUSE_MILLIS = 250;

  /** Of the pause between two looks for a call that may be open: up to half a minute. */
  private static final int DOUBLINGS = 7;

  private static final int LOOKS = 25;

  /** Of one end by the database, before it is taken for one that it will never take. */
  private static final int REFUSALS = 3;

  private final Vertx vertx;
  private final ProviderCalls provider;
  private final Calls calls;
  private final int kept;
  private final InstantSource clock;

  /**
   * @param kept most bytes of an answer that is kept
   */
  Sending(Vertx vertx, ProviderCalls provider, Calls calls, int kept, InstantSource clock) {
    this.vertx = vertx;
    this.provider = provider;
    this.calls = calls;
    this.kept = kept;
    this.clock = clock;
  }

  /**
   * @return the answer's JSON, with the ids that its caller has named. Fails with why it was not
   *     done, or that nobody knows
   */
  Future<String> send(
      NewCall call, CallKind kind, CallBody body, Names names, BooleanSupplier permit) {
    AtomicReference<@Nullable Instant> sentAt = new AtomicReference<>();
    BooleanSupplier written =
        () -> {
          boolean permitted = permit.getAsBoolean();
          sentAt.set(permitted ? clock.instant() : null);
          return permitted;
        };
    ProviderCalls.Sending request =
        new ProviderCalls.Sending(
            call.account(), call.call(), kind.path(), body.text(), body.bytes());
    return provider
        .send(request, written, late -> tellLate(call, late))
        .compose(outcome -> end(call, kind, names, permit, outcome, sentAt.get()));
  }

  private Future<String> end(
      NewCall call,
      CallKind kind,
      Names names,
      BooleanSupplier permit,
      CallOutcome outcome,
      @Nullable Instant written) {
    Instant sentAt = written == null ? clock.instant() : written;
    if (outcome instanceof CallOutcome.Answered answered) {
      return LongAnswers.work(vertx, answered.data(), () -> read(answered.data(), kind, names))
          .compose(
              read -> {
                Credits billed = call.price() == null ? null : answered.billed();
                CallEnd end =
                    new CallEnd.Succeeded(
                        sentAt, billed, answered.taskId(), read.outputs(), read.kept());
                return close(call, end, permit).map(closed -> read.named());
              });
    }
    if (outcome instanceof CallOutcome.Refused refused) {
      JobError error = CallRefusals.error(refused.code());
      return failed(call, new CallEnd.Failed(sentAt, error, refused.providerCode()), error, permit);
    }
    if (outcome instanceof CallOutcome.NeverSent unsent) {
      JobError error = CallRefusals.error(unsent.code());
      return failed(call, new CallEnd.Failed(null, error, 0), error, permit);
    }
    CallOutcome.Unknown unknown = (CallOutcome.Unknown) outcome;
    LOG.atWarn()
        .addKeyValue("callId", call.id())
        .addKeyValue("call", call.call())
        .addKeyValue("tenant", call.tenant())
        .addKeyValue("account", call.account())
        .addKeyValue("reason", unknown.reason())
        .log("outcome of a call unknown; it counts as spent until the bill says otherwise");
    return close(call, new CallEnd.Unknown(sentAt, unknown.providerCode()), permit)
        .compose(closed -> Future.failedFuture(CallRefusals.unknown(call.id())));
  }

  /**
   * @param named its JSON, with the ids that its caller has named
   * @param kept null when it is too long for the books
   */
  private record Read(List<Output> outputs, String named, @Nullable String kept) {}

  private Read read(String answer, CallKind kind, Names names) {
    JsonObject data = object(answer);
    List<Output> outputs = AnswerTree.outputs(kind, data);
    String named = names.in(data).encode();
    boolean keep = named.getBytes(StandardCharsets.UTF_8).length <= kept;
    return new Read(outputs, named, keep ? named : null);
  }

  private static JsonObject object(String data) {
    return data.startsWith("{") ? new JsonObject(data) : new JsonObject();
  }

  private Future<String> failed(NewCall call, CallEnd end, JobError error, BooleanSupplier permit) {
    return close(call, end, permit)
        .compose(closed -> Future.failedFuture(CallRefusals.of(call.id(), error)));
  }

  /** Fails with {@code CALL_OUTCOME_UNKNOWN} when somebody else has closed it, or will. */
  private Future<Void> close(NewCall call, CallEnd end, BooleanSupplier permit) {
    return close(call, end, permit, REFUSALS);
  }

  private Future<Void> close(NewCall call, CallEnd end, BooleanSupplier permit, int refusals) {
    return calls
        .close(call.id(), end, clock.instant())
        .compose(
            closed -> closed ? Future.succeededFuture() : closedBefore(call, end),
            failure -> notClosed(call, end, permit, failure, refusals));
  }

  /** What was done alone has words of the provider in it, which the database may not take. */
  private Future<Void> notClosed(
      NewCall call, CallEnd end, BooleanSupplier permit, Throwable failure, int refusals) {
    int left = isRefused(failure) ? refusals - 1 : refusals;
    return left == 0 && end instanceof CallEnd.Succeeded done
        ? closeUnknown(call, done)
        : closeAgain(call, end, permit, failure, Math.max(left, 1));
  }

  /** The database was reached, and would not take it. */
  private static boolean isRefused(Throwable failure) {
    return failure instanceof BacklotException known && known.code() == ErrorCode.INTERNAL;
  }

  /** What is refused even so is left to the end of the lease. */
  private Future<Void> closeUnknown(NewCall call, CallEnd.Succeeded done) {
    LOG.atError()
        .addKeyValue("callId", call.id())
        .log("the database refused what the provider said; the call is closed as unknown");
    return calls
        .close(call.id(), new CallEnd.Unknown(done.sentAt(), 0), clock.instant())
        .transform(closed -> Future.failedFuture(CallRefusals.unknown(call.id())));
  }

  /** By a commit of ours whose answer was lost, or by somebody else. */
  private Future<Void> closedBefore(NewCall call, CallEnd end) {
    return calls
        .find(call.tenant(), call.id())
        .otherwise(Optional.empty())
        .compose(
            found ->
                found.filter(there -> there.state() == end.state()).isPresent()
                    ? Future.succeededFuture()
                    : Future.failedFuture(CallRefusals.unknown(call.id())));
  }

  private Future<Void> closeAgain(
      NewCall call, CallEnd end, BooleanSupplier permit, Throwable failure, int refusals) {
    LOG.atWarn()
        .addKeyValue("callId", call.id())
        .addKeyValue("reason", failure.getClass().getSimpleName())
        .log("a call could not be closed; it is tried again");
    return permit.getAsBoolean()
        ? vertx.timer(PAUSE_MILLIS).compose(waited -> close(call, end, permit, refusals))
        : Future.failedFuture(CallRefusals.unknown(call.id()));
  }

  /**
   * Of one that may be open though nobody was told so: it is not sent, and so costs nothing. Its
   * commit may still be on its way, behind a lock or a standby, so that nothing is there yet: it is
   * looked for again for some ten minutes, more and more rarely. What comes later is closed with
   * the lease.
   */
  void releaseLater(CallId id, BooleanSupplier permit) {
    release(id, permit, 0);
  }

  private void release(CallId id, BooleanSupplier permit, int looks) {
    CallEnd end = new CallEnd.Failed(null, CallRefusals.error(ErrorCode.STORE_UNAVAILABLE), 0);
    calls
        .close(id, end, clock.instant())
        .onComplete(
            done -> {
              boolean closed = done.succeeded() && done.result();
              if (!closed && looks < LOOKS && permit.getAsBoolean()) {
                long pause = PAUSE_MILLIS << Math.min(looks, DOUBLINGS);
                vertx.setTimer(pause, waited -> release(id, permit, looks + 1));
              }
            });
  }

  private void tellLate(NewCall call, CallOutcome late) {
    String task = late instanceof CallOutcome.Answered answered ? answered.taskId() : null;
    int code = late instanceof CallOutcome.Refused refused ? refused.providerCode() : 0;
    LOG.atInfo()
        .addKeyValue("callId", call.id())
        .addKeyValue("answer", late.getClass().getSimpleName())
        .log("a call was answered after its outcome counted as unknown");
    calls.tellLate(call.id(), task, code);
  }
}
