package dev.backlot.facade;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.ClientTerms;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.job.Submission;
import dev.backlot.port.ClientTasks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes jobs of creates, in the very way in which our own API does: the same checks, prices, bounds
 * and transaction. Nothing here waits for the provider. Callable from any event loop.
 */
final class Creates {
  /** What clients are told: see {@link TaskCallbacks}. */
  private static final Set<String> TOLD =
      Stream.concat(
              Stream.of(EventTypes.of(JobState.QUEUED), EventTypes.of(JobState.RUNNING)),
              EventTypes.ENDS.stream())
          .collect(Collectors.toUnmodifiableSet());

  private final BiFunction<Principal, JsonObject, Submission> drafts;
  private final Function<String, Optional<String>> addressProblem;
  private final Function<Submission, Future<Admission>> intake;
  private final ClientTasks tasks;
  private final LostReplies lost;
  private final RepeatedCreates repeats;

  /**
   * @param drafts checks and prices what our own API would be asked for
   * @param addressProblem what is wrong with an address to call, in words after "must be"
   * @param intake stores it; completes on the caller's event loop
   */
  Creates(
      BiFunction<Principal, JsonObject, Submission> drafts,
      Function<String, Optional<String>> addressProblem,
      Function<Submission, Future<Admission>> intake,
      ClientTasks tasks,
      LostReplies lost) {
    this.drafts = drafts;
    this.addressProblem = addressProblem;
    this.intake = intake;
    this.tasks = tasks;
    this.lost = lost;
    this.repeats = new RepeatedCreates(lost);
  }

  /**
   * Stores nothing. Takes long for a large body. Throws {@link Refused} or a {@link
   * BacklotException}, which say what is wrong.
   *
   * @param origin scheme and host by which the client reaches us
   * @param asked when it was asked for
   * @param create who waits for it
   */
  Submission read(
      Principal caller,
      Target.Create target,
      Map<String, ?> body,
      String origin,
      Instant asked,
      PendingRequest<ClientTask> create) {
    CreateBody said = CreateBody.of(target, body);
    Submission submission = drafts.apply(caller, said.job());
    ClientReply reply = null;
    if (said.externalId() == null && lost.areLookedFor()) {
      String kind = target.kind().name();
      reply = lost.reply(BodyDigest.of(caller.keyId(), kind, target.model(), body), asked, create);
    }
    Submission named = submission.of(new ClientTerms(said.externalId(), reply));
    String url = said.callbackUrl();
    return url == null ? named : named.telling(callback(url, origin));
  }

  private JobWebhook callback(String url, String origin) {
    addressProblem
        .apply(url)
        .ifPresent(
            problem -> {
              throw Refused.value("callback_url must be " + problem);
            });
    if (origin.length() > JobWebhook.ORIGIN_MAX) {
      throw Refused.value("the host of the request is too long to be used in links");
    }
    return new JobWebhook(url, TOLD, origin, null);
  }

  /** Fails with {@link Refused}, or as the intake does. */
  Future<ClientTask> store(Submission submission, PendingRequest<ClientTask> create) {
    ClientReply reply = reply(submission);
    if (reply == null) {
      return admit(submission);
    }
    if (create.isGone()) {
      return Future.failedFuture(new Refused(KlingCode.TIMEOUT));
    }
    create.makes(submission.id().value());
    create.enter(submission.tenant(), reply.digest());
    Owed owed = new Owed(submission, reply, create);
    Future<ClientTask> made =
        create
            .orphan()
            .compose(
                orphan ->
                    orphan
                        .map(first -> first.recover(none -> admit(owed)))
                        .orElseGet(() -> admit(owed)));
    create.made(made);
    return made;
  }

  private static @Nullable ClientReply reply(Submission submission) {
    ClientTerms client = submission.terms().client();
    return client == null ? null : client.reply();
  }

  private Future<ClientTask> admit(Submission submission) {
    return intake.apply(submission).compose(admission -> created(submission, admission));
  }

  /** A create whose repeats are looked for. */
  private record Owed(
      Submission submission, ClientReply reply, PendingRequest<ClientTask> create) {}

  /**
   * A new job, or that of the create whose answer was lost. It is the store that sees it: that
   * create may have been under way when this one came, at another node. It is given to the store
   * again for as long as its client waits.
   */
  private Future<ClientTask> admit(Owed owed) {
    return intake
        .apply(owed.submission())
        .onFailure(failure -> loseInDoubt(owed.submission(), failure))
        .compose(
            admission ->
                mayBeARepeat(admission) && lost.isAwaited(owed.reply())
                    ? first(owed, admission)
                    : created(owed.submission(), admission));
  }

  /** The first job may have taken the credit of the second. */
  private static boolean mayBeARepeat(Admission admission) {
    return admission instanceof Admission.Unanswered
        || admission instanceof Admission.TooLittleCredit;
  }

  /** Another repeat may have taken it: then this one is a create as any other. */
  private Future<ClientTask> first(Owed owed, Admission admission) {
    Submission submission = owed.submission();
    return repeats
        .first(submission.tenant(), owed.reply(), owed.create())
        .compose(
            job -> {
              if (job.isPresent()) {
                owed.create().makes(job.get().value());
                return told(submission, job.get());
              }
              return admission instanceof Admission.Unanswered
                  ? owed.create().pause().compose(waited -> admit(owed))
                  : created(submission, admission);
            });
  }

  /** A commit that nobody knows the end of: if it is done, its repeat need not wait to be sure. */
  private void loseInDoubt(Submission submission, Throwable failure) {
    if (failure instanceof BacklotException known && known.code() == ErrorCode.OUTCOME_UNKNOWN) {
      lost.lost(submission.id().value());
    }
  }

  /**
   * To be called when the client was told of a failure; that nobody knows is no answer to anybody.
   *
   * @param made what it was to wait for
   */
  void failed(PendingRequest<ClientTask> create, Future<ClientTask> made) {
    if (!made.isComplete()) {
      create.left();
    }
    made.onSuccess(task -> answered(create, task, Future.failedFuture("it was told nothing")))
        .onFailure(failure -> create.close());
  }

  /**
   * To be called with each other answer to a create.
   *
   * @param written fails when the client is gone
   */
  void answered(PendingRequest<ClientTask> create, ClientTask task, Future<Void> written) {
    if (task.externalId() != null || !lost.areLookedFor()) {
      return;
    }
    written.onFailure(gone -> create.left());
    if (create.isAdopted()) {
      create.close();
      return;
    }
    lost.answered(task.id().value(), written).onComplete(noted -> create.close());
  }

  private Future<ClientTask> created(Submission submission, Admission admission) {
    return admission instanceof Admission.Accepted accepted
        ? told(submission, accepted.id())
        : Future.failedFuture(refused(submission, admission));
  }

  /** What nobody can be told of is lost at once: a repeat does not wait until it would be late. */
  private Future<ClientTask> told(Submission submission, JobId id) {
    return stored(submission, id)
        .recover(
            failure -> {
              if (reply(submission) != null) {
                lost.lost(id.value());
              }
              return untold(failure);
            });
  }

  private Future<ClientTask> stored(Submission submission, JobId id) {
    return tasks
        .find(submission.tenant(), id)
        .map(
            found ->
                found.orElseThrow(
                    () -> new IllegalStateException("a job is gone that was just stored")));
  }

  /** Any other failure would say that nothing was stored, and may be repeated without a look. */
  private static Future<ClientTask> untold(Throwable failure) {
    return Future.failedFuture(
        new BacklotException(ErrorCode.OUTCOME_UNKNOWN, "The job is stored; look it up.", failure));
  }

  /** The job may be stored already, or still be. */
  static BacklotException nobodyKnows() {
    return new BacklotException(ErrorCode.OUTCOME_UNKNOWN, "The job may be stored; look it up.");
  }

  private static Refused refused(Submission submission, Admission admission) {
    ClientTerms client = submission.terms().client();
    if (admission instanceof Admission.ExternalIdTaken && client != null) {
      return Refused.value("External_task_id " + client.externalId() + " already exists");
    }
    if (admission instanceof Admission.TooLittleCredit) {
      return new Refused(KlingCode.BALANCE);
    }
    if (admission instanceof Admission.Unanswered) {
      return new Refused(KlingCode.TIMEOUT);
    }
    throw new IllegalStateException("no answer of a create without a key: " + admission);
  }
}
