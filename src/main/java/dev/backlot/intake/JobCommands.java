package dev.backlot.intake;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.JobJson;
import dev.backlot.port.Jobs;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may have done with jobs, whichever way it came: by HTTP or by the event bus. Who it
 * is, its scope, and the form of what it says have been checked before. Every failure is a {@link
 * BacklotException} in words for the caller, or a defect. Callable from any event loop.
 */
public final class JobCommands {
  private static final String PATH = "/api/v1/jobs";

  private final JobRequests requests;
  private final Function<Submission, Future<Admission>> intake;
  private final Jobs jobs;
  private final Bus bus;
  private final InstantSource clock;
  private final String keyField;

  /**
   * @param reach of the accounts that run what is submitted; what they cannot carry is refused
   * @param intake stores a submission; completes on the caller's event loop
   * @param keyField where callers write an idempotency key, for problems with it
   */
  public JobCommands(
      Supplier<Catalog> catalogs,
      Reach reach,
      IntakeConfig config,
      Uuid7 ids,
      Function<Submission, Future<Admission>> intake,
      Jobs jobs,
      Bus bus,
      InstantSource clock,
      String keyField) {
    this.requests = new JobRequests(catalogs, reach, config, ids);
    this.intake = intake;
    this.jobs = jobs;
    this.bus = bus;
    this.clock = clock;
    this.keyField = keyField;
  }

  /**
   * @param status as HTTP has it
   * @param body a job of the contract, as JSON text
   * @param replayed whether this is the answer to an earlier submission with the same key
   */
  record Answer(int status, JobId job, String body, boolean replayed) {
    Answer(int status, JobId job, String body) {
      this(status, job, body, false);
    }
  }

  /**
   * Checks and prices a job. Stores nothing. Takes long for a large body.
   *
   * @param body a {@code NewJob} of the contract, numbers exact
   * @throws BacklotException naming the field that is wrong
   */
  JobRequests.Request read(Principal caller, JsonObject body, @Nullable String key) {
    return requests.read(caller, body, key, clock.instant());
  }

  /**
   * The same for callers that store it themselves, and have an answer of their own.
   *
   * @throws BacklotException naming the field that is wrong
   */
  public Submission draft(Principal caller, JsonObject body) {
    return requests.draft(caller, body, clock.instant());
  }

  /** Stores what was read, or finds that it is stored already. */
  Future<Answer> store(JobRequests.Request request) {
    return intake
        .apply(request.submission())
        .recover(failure -> Future.failedFuture(explained(request.submission(), failure)))
        .map(admission -> answer(request, admission));
  }

  private Answer answer(JobRequests.Request request, Admission admission) {
    if (admission instanceof Admission.Accepted accepted) {
      return new Answer(202, accepted.id(), request.answer());
    }
    if (admission instanceof Admission.Replayed replayed) {
      return new Answer(202, replayed.id(), replayed.answer(), true);
    }
    if (admission instanceof Admission.TooLittleCredit poor) {
      throw tooLittleCredit(request.submission(), poor);
    }
    throw BacklotException.ofField(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        keyField,
        "This Idempotency-Key was used for another body. Take a new key for a new job.");
  }

  private static BacklotException tooLittleCredit(
      Submission submission, Admission.TooLittleCredit poor) {
    String asset = submission.asset().text();
    String detail =
        "The job needs %s of %s and %s is available. Nothing was stored."
            .formatted(poor.needed(), asset, poor.available());
    return new BacklotException(ErrorCode.CREDIT_EXHAUSTED, detail)
        .with(
            Map.of(
                "asset", asset,
                "needed", poor.needed().toString(),
                "available", poor.available().toString()));
  }

  private static Throwable explained(Submission submission, Throwable failure) {
    boolean unknown =
        failure instanceof BacklotException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
    if (!unknown) {
      return failure;
    }
    String job = PATH + "/" + submission.id();
    String remedy =
        submission.idempotency() == null
            ? "GET " + job + " to see whether it was."
            : "GET " + job + ", or repeat with the same Idempotency-Key.";
    return new BacklotException(
            ErrorCode.OUTCOME_UNKNOWN,
            "The connection broke while the job was being stored. " + remedy,
            failure)
        .with(Map.of("job_id", submission.id().toString()));
  }

  /**
   * @param id what is no id names no job, like an id of another tenant
   */
  Future<JobDetail> find(TenantId tenant, String id) {
    return JobId.parse(id)
        .map(job -> jobs.detail(tenant, job))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .map(found -> found.orElseThrow(JobCommands::notFound));
  }

  /**
   * @param id as for {@link #find}
   */
  Future<Answer> cancel(TenantId tenant, String id) {
    return JobId.parse(id)
        .map(job -> jobs.cancel(tenant, job, clock.instant()))
        .orElseGet(() -> Future.succeededFuture(new CancelResult.Unknown()))
        .map(this::answer);
  }

  private Answer answer(CancelResult result) {
    if (result instanceof CancelResult.Canceled canceled) {
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
      return new Answer(200, canceled.job().id(), JobJson.text(canceled.job()));
    }
    if (result instanceof CancelResult.Requested requested) {
      return new Answer(202, requested.job().id(), JobJson.text(requested.job()));
    }
    if (result instanceof CancelResult.EndedOtherwise ended) {
      String state = ended.job().state().text();
      throw new BacklotException(
              ErrorCode.JOB_ENDED, "The job is " + state + " and does not change any more.")
          .with(Map.of("state", state));
    }
    throw notFound();
  }

  private static BacklotException notFound() {
    return new BacklotException(
        ErrorCode.JOB_NOT_FOUND, "You have no job of this id. GET " + PATH + " lists yours.");
  }
}
