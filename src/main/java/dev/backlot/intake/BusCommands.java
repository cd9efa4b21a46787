package dev.backlot.intake;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.http.Authentication;
import dev.backlot.http.JobJson;
import dev.backlot.http.JsonBody;
import dev.backlot.http.MessageChecks;
import dev.backlot.http.MessageReplies;
import dev.backlot.port.Keys;
import dev.backlot.port.Keys.StreamGrant;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Set;

/**
 * What applications ask for by message, as HTTP would have it: the same scopes, the same checks,
 * the same problems. No future fails: what goes wrong is an answer, too. One instance per event
 * loop.
 */
public final class BusCommands {
  /** Where an idempotency key is, for {@link JobCommands}. */
  public static final String KEY_FIELD = "message:idempotency_key";

  private static final int ID_LENGTH_MAX = 64;

  private final Callers callers;
  private final MessageChecks checks;
  private final MessageReplies replies;
  private final JobCommands commands;
  private final Quotes quotes;

  /**
   * @param authentication of no other event loop
   * @param checks of no other event loop
   * @param commands that know where the key of a message is: {@link #KEY_FIELD}
   */
  public BusCommands(
      Authentication authentication,
      Keys keys,
      MessageChecks checks,
      MessageReplies replies,
      JobCommands commands,
      Quotes quotes,
      InstantSource clock) {
    this.callers = new Callers(authentication, keys, clock);
    this.checks = checks;
    this.replies = replies;
    this.commands = commands;
    this.quotes = quotes;
  }

  /** {@code {token, idempotency_key?, body}}: stores a job. */
  Future<JsonObject> submit(JsonObject message) {
    return answer(
        callers
            .require(Scope.SUBMIT, message)
            .compose(
                caller -> {
                  MessageChecks.allow(message, Set.of("token", "idempotency_key", "body"));
                  String key =
                      checks.header(message, "idempotency_key", "submitJob", "Idempotency-Key");
                  JsonObject body = checks.body(message, "submitJob");
                  return commands.store(commands.read(caller, body, key));
                })
            .map(this::done));
  }

  /** {@code {token, body}}: says what a job would cost. */
  Future<JsonObject> quote(JsonObject message) {
    return answer(
        callers
            .require(Scope.READ, message)
            .map(
                caller -> {
                  MessageChecks.allow(message, Set.of("token", "body"));
                  return replies.done(200, quotes.of(checks.body(message, "quoteJob")));
                }));
  }

  /** {@code {token, id}}: cancels a job, or wishes it. */
  Future<JsonObject> cancel(JsonObject message) {
    return answer(
        callers
            .require(Scope.SUBMIT, message)
            .compose(caller -> commands.cancel(caller.tenant(), id(message)))
            .map(this::done));
  }

  /**
   * {@code {token, id}}: shows a job. A stream token shows no more of it than the stream does: not
   * what was sent with it, and not its attempts.
   */
  Future<JsonObject> get(JsonObject message) {
    return answer(
        Callers.hasStreamToken(message)
            ? callers.grant(message).compose(grant -> covered(grant, id(message)))
            : callers
                .require(Scope.READ, message)
                .compose(
                    caller ->
                        commands
                            .find(caller.tenant(), id(message))
                            .map(job -> shown(JobJson.text(job, caller.may(Scope.OPERATE))))));
  }

  /** What is not covered and what is not there look the same to those who may not see all. */
  private Future<JsonObject> covered(StreamGrant grant, String id) {
    boolean all = grant.scope() instanceof StreamScope.WholeTenant;
    return commands
        .find(grant.tenant(), id)
        .transform(
            found -> {
              boolean absent = found.failed() && isNotFound(found.cause());
              if (!all && (absent || (found.succeeded() && !covers(grant, found.result())))) {
                return Future.failedFuture(
                    new BacklotException(
                        ErrorCode.FORBIDDEN, "The token does not cover this job."));
              }
              return found.succeeded()
                  ? Future.succeededFuture(shown(JobJson.summary(found.result().job())))
                  : Future.failedFuture(found.cause());
            });
  }

  private static boolean covers(StreamGrant grant, JobDetail found) {
    return grant.scope().covers(found.job());
  }

  private static boolean isNotFound(Throwable failure) {
    return failure instanceof BacklotException known && known.code() == ErrorCode.JOB_NOT_FOUND;
  }

  private static String id(JsonObject message) {
    MessageChecks.allow(message, Set.of("token", "id"));
    return MessageChecks.text(message, "id", ID_LENGTH_MAX);
  }

  private JsonObject done(JobCommands.Answer answer) {
    JsonObject reply = replies.done(answer.status(), json(answer.body()));
    return answer.replayed() ? reply.put("replayed", true) : reply;
  }

  private JsonObject shown(String job) {
    return replies.done(200, json(job));
  }

  /** With numbers as they were written. */
  private static JsonObject json(String text) {
    return JsonBody.parse(Buffer.buffer(text));
  }

  private Future<JsonObject> answer(Future<JsonObject> answer) {
    return answer.otherwise(replies::refused);
  }

  /** The answer to what is no JSON object at all. */
  JsonObject unreadable() {
    return replies.refused(
        new BacklotException(ErrorCode.INVALID_JSON, "A message is one JSON object."));
  }

  /** The answer to what comes when too many are at work. */
  JsonObject overloaded() {
    return replies.refused(
        new BacklotException(
            ErrorCode.OVERLOADED, "Nothing was done. Send it again after a moment."));
  }
}
