package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backlot.config.AccountConfig;
import dev.backlot.config.CallsConfig;
import dev.backlot.config.ProviderConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.BillingExports;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.TaskLists;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks both of Kling's dialects (Kling reference, sections 1 to 6) for a fixed set of accounts.
 * Sends nothing twice by itself, with one exception: a token that was refused for its time is
 * signed anew, once, because that refusal proves that there is no task.
 */
public final class KlingClient implements VideoProvider, TaskLists {
  private static final Logger LOG = LoggerFactory.getLogger(KlingClient.class);

  private static final TaskLookup.Unclear NO_ACCOUNT =
      new TaskLookup.Unclear(ErrorCode.INTERNAL, "no such account or dialect");

  private final Vertx vertx;
  private final ProviderConfig config;
  private final Map<String, KlingAccount> accounts;

  public KlingClient(Vertx vertx, InstantSource clock, ProviderConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.accounts =
        config.accounts().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    AccountConfig::id, account -> new KlingAccount(vertx, clock, account, config)));
  }

  @Override
  public Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    KlingAccount account = account(create.account(), create.dialect());
    if (account == null) {
      return Future.succeededFuture(
          new SubmitOutcome.NeverSent(ErrorCode.INTERNAL, "no such account or dialect"));
    }
    RequestBody body = RequestBody.of(create);
    // A large body has a second more for each MiB.
    Deadline deadline =
        Deadline.in(vertx, config.deadlines().create().plusSeconds(body.length() >> 20));
    Consumer<Reply> lateReply = reply -> tellLate(create, outcome(reply), late);
    return account
        .post(create.path(), body, permit, lateReply, deadline)
        .compose(
            reply ->
                wantsNewToken(account, reply, deadline)
                    ? account.post(create.path(), body, permit, lateReply, deadline)
                    : Future.succeededFuture(reply))
        .onComplete(done -> deadline.cancel())
        .map(KlingClient::outcome)
        .otherwise(failure -> new SubmitOutcome.Unknown(failure.getClass().getSimpleName()))
        .onSuccess(outcome -> log("create ended", create, outcome));
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    KlingAccount account = account(task.account(), task.dialect());
    if (account == null) {
      return Future.succeededFuture(NO_ACCOUNT);
    }
    Deadline deadline = Deadline.in(vertx, config.deadlines().query());
    boolean legacy = task.dialect().equals(Dialect.LEGACY.text());
    String id = segment(task.taskId());
    return account
        .get(legacy ? task.path() + "/" + id : "/tasks?task_ids=" + id, deadline)
        .onComplete(done -> deadline.cancel())
        .map(reply -> legacy ? lookup(reply) : TaskGroup.answer(reply, task.taskId()))
        .otherwise(failure -> unclear(failure.getClass().getSimpleName()))
        .onSuccess(
            answer ->
                LOG.atDebug()
                    .addKeyValue("account", task.account())
                    .addKeyValue("taskId", task.taskId())
                    .addKeyValue("answer", () -> describe(answer))
                    .log("query ended"));
  }

  @Override
  public Together together(String id, String dialect) {
    KlingAccount account = account(id, dialect);
    return account == null ? Together.SINGLY : account.together(dialect);
  }

  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    ByTaskId first = tasks.get(0);
    KlingAccount account = account(first.account(), first.dialect());
    if (account == null) {
      return Future.succeededFuture(Collections.nCopies(tasks.size(), NO_ACCOUNT));
    }
    List<String> ids = tasks.stream().map(ByTaskId::taskId).toList();
    Together way = account.together(first.dialect());
    Deadline deadline =
        Deadline.in(
            vertx,
            way == Together.BY_LIST ? config.deadlines().lookUp() : config.deadlines().query());
    return (way == Together.BY_LIST
            ? new ListSweep(account, first.path(), ids, config.listPages().most(), deadline).run()
            : byId(account, tasks, ids, deadline))
        .onComplete(done -> deadline.cancel())
        .otherwise(
            failure -> Collections.nCopies(ids.size(), unclear(failure.getClass().getSimpleName())))
        .onSuccess(
            answers ->
                LOG.atDebug()
                    .addKeyValue("account", first.account())
                    .addKeyValue("tasks", ids.size())
                    .addKeyValue("answers", () -> describe(answers))
                    .log("query of several tasks ended"));
  }

  /** Each answer once: of five hundred tasks most are still pending. */
  private static String describe(List<TaskLookup> answers) {
    return answers.stream().map(KlingClient::describe).distinct().collect(Collectors.joining(", "));
  }

  private static Future<List<TaskLookup>> byId(
      KlingAccount account, List<ByTaskId> tasks, List<String> ids, Deadline deadline) {
    String query = ids.stream().map(KlingClient::segment).collect(Collectors.joining(","));
    return account
        .get("/tasks?task_ids=" + query, deadline)
        .map(
            reply -> {
              List<TaskLookup> answers = TaskGroup.answers(reply, ids);
              return IntStream.range(0, ids.size())
                  .mapToObj(i -> ofDialect(tasks.get(i), answers.get(i)))
                  .toList();
            });
  }

  /**
   * {@code GET /tasks} tells of legacy tasks in the form of the newer dialect. Where that has no
   * place for their results, or says less of what belongs together, their own path is to be asked.
   */
  private static TaskLookup ofDialect(ByTaskId task, TaskLookup answer) {
    return task.dialect().equals(Dialect.LEGACY.text())
            && answer instanceof TaskLookup.Found found
            && found.report() instanceof TaskReport.Succeeded succeeded
            && (succeeded.outputs().isEmpty() || KlingPayloads.isGrouped(succeeded.raw()))
        ? new TaskLookup.NotThere()
        : answer;
  }

  @Override
  public Future<TaskLookup> lookUp(ByExternalId attempt) {
    KlingAccount account = account(attempt.account(), attempt.dialect());
    if (account == null) {
      return Future.succeededFuture(NO_ACCOUNT);
    }
    Deadline deadline = Deadline.in(vertx, config.deadlines().lookUp());
    return new KlingLookUp(account, attempt, config.listPages(), deadline)
        .run()
        .onComplete(done -> deadline.cancel())
        .otherwise(failure -> unclear(failure.getClass().getSimpleName()))
        .onSuccess(
            answer ->
                LOG.atDebug()
                    .addKeyValue("account", attempt.account())
                    .addKeyValue("externalId", attempt.externalId())
                    .addKeyValue("answer", () -> describe(answer))
                    .log("look-up ended"));
  }

  @Override
  public Future<Page> read(TaskList list, Instant since, @Nullable String cursor) {
    KlingAccount account = account(list.account(), list.dialect());
    if (account == null) {
      return Future.succeededFuture(new Page.Unread(NO_ACCOUNT));
    }
    Deadline deadline = Deadline.in(vertx, config.deadlines().query());
    return new KlingList(account, list, config.listPages().size(), deadline)
        .read(since, cursor)
        .onComplete(done -> deadline.cancel())
        .otherwise(failure -> new Page.Unread(unclear(failure.getClass().getSimpleName())));
  }

  /**
   * What these accounts were billed, over the same connections as queries.
   *
   * @param calls knows the names of calls that are answered at once and cost something; asked by
   *     any event loop
   */
  public BillingExports exports(Predicate<String> calls) {
    return new KlingExports(vertx, accounts, calls, config.deadlines().query());
  }

  /** The calls that are answered at once, over the connections that carry creates. */
  public ProviderCalls calls(CallsConfig calls) {
    return new KlingCalls(vertx, accounts, calls);
  }

  /** Closes all connections; calls under way end as unknown or unclear. */
  public Future<Void> close() {
    return Future.join(accounts.values().stream().map(KlingAccount::close).toList()).mapEmpty();
  }

  /** One path segment: an id from outside must not reach another path. */
  static String segment(String id) {
    return URLEncoder.encode(id, UTF_8).replace("+", "%20");
  }

  /** What a reply to a create proves (promise P2). */
  static SubmitOutcome outcome(Reply reply) {
    return fold(
        reply,
        data ->
            KlingPayloads.taskId(data)
                .<SubmitOutcome>map(SubmitOutcome.Accepted::new)
                .orElseGet(() -> new SubmitOutcome.Unknown("success without a task id")),
        KlingClient::refused,
        notWritten -> new SubmitOutcome.NeverSent(notWritten.code(), notWritten.reason()),
        unusable -> new SubmitOutcome.Unknown(unusable.reason()));
  }

  private static SubmitOutcome refused(Reply.Failure failure) {
    KlingError error = failure.error();
    if (error.effect() == KlingError.Effect.UNKNOWN) {
      return new SubmitOutcome.Unknown("code " + error.number());
    }
    return new SubmitOutcome.Refused(
        error.code(), error.number(), error.mayMeanDuplicate(), error.userText(failure.message()));
  }

  /** What a reply to the query of one task says. */
  static TaskLookup lookup(Reply reply) {
    return fold(
        reply,
        data ->
            KlingPayloads.report(data)
                .<TaskLookup>map(TaskLookup.Found::new)
                .orElseGet(() -> unclear("success without a task")),
        failure ->
            new TaskLookup.Unclear(
                failure.error().code(),
                "code " + failure.error().number(),
                failure.error().number()),
        notWritten -> new TaskLookup.Unclear(notWritten.code(), notWritten.reason()),
        unusable -> unclear(unusable.reason()));
  }

  static TaskLookup.Unclear unclear(String reason) {
    return new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, reason);
  }

  private static <T> T fold(
      Reply reply,
      Function<JsonNode, T> success,
      Function<Reply.Failure, T> failure,
      Function<Reply.NotWritten, T> notWritten,
      Function<Reply.Unusable, T> unusable) {
    if (reply instanceof Reply.Success it) {
      return success.apply(it.data());
    }
    if (reply instanceof Reply.Failure it) {
      return failure.apply(it);
    }
    if (reply instanceof Reply.NotWritten it) {
      return notWritten.apply(it);
    }
    return unusable.apply((Reply.Unusable) reply);
  }

  private static boolean wantsNewToken(KlingAccount account, Reply reply, Deadline deadline) {
    return account.signsTokens()
        && !deadline.hasPassed()
        && reply instanceof Reply.Failure failure
        && failure.error().retry() == KlingError.Retry.NEW_TOKEN;
  }

  /** A late reply that proves nothing adds nothing: the outcome is unknown already. */
  private static void tellLate(Create create, SubmitOutcome outcome, Consumer<SubmitOutcome> late) {
    log("create was answered late", create, outcome);
    if (!(outcome instanceof SubmitOutcome.Unknown)) {
      late.accept(outcome);
    }
  }

  /** Null when the account is not ours, or its credential cannot speak the dialect. */
  private @Nullable KlingAccount account(String id, String dialect) {
    KlingAccount account = accounts.get(id);
    return account != null && account.speaks(dialect) ? account : null;
  }

  private static void log(String message, Create create, SubmitOutcome outcome) {
    LOG.atDebug()
        .addKeyValue("account", create.account())
        .addKeyValue("externalId", create.externalId())
        .addKeyValue("outcome", describe(outcome))
        .log(message);
  }

  private static String describe(TaskLookup answer) {
    if (answer instanceof TaskLookup.Unclear unclear) {
      return "unclear: " + unclear.reason();
    }
    if (!(answer instanceof TaskLookup.Found found)) {
      return "not there";
    }
    if (found.report() instanceof TaskReport.Failed failed) {
      return "failed " + failed.code().slug();
    }
    return found.report() instanceof TaskReport.Pending ? "pending" : "succeeded";
  }

  private static String describe(SubmitOutcome outcome) {
    if (outcome instanceof SubmitOutcome.Accepted accepted) {
      return "accepted " + accepted.taskId();
    }
    if (outcome instanceof SubmitOutcome.Refused refused) {
      return "refused " + refused.providerCode();
    }
    if (outcome instanceof SubmitOutcome.NeverSent neverSent) {
      return "never sent: " + neverSent.reason();
    }
    return "unknown: " + ((SubmitOutcome.Unknown) outcome).reason();
  }
}
