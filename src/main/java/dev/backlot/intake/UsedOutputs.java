package dev.backlot.intake;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.catalog.StandIns.Reaches;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uses;
import dev.backlot.domain.job.Uses.Use;
import dev.backlot.port.MadeOutputs;
import dev.backlot.port.MadeOutputs.Made;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the videos, sounds, elements and voices of a tenant's earlier jobs that a new job names, so
 * that dispatch can name them as the provider does, to the account that made them. They are named
 * by their own ids, or by the number or the id of their job. Callable from any event loop.
 */
public final class UsedOutputs {
  /** The provider keeps what it made for so long (Kling reference, section 3). */
  private static final Duration KEPT = Duration.ofDays(30);

  /** A session is open for a day (sections 4.7 and 4.10). */
  private static final Duration SESSION_KEPT = Duration.ofHours(24);

  private static final String SESSION = "session";

  private final MadeOutputs made;
  private final Reaches reaches;
  private final InstantSource clock;

  /**
   * @param reaches of the account that made something, which alone may use it
   */
  public UsedOutputs(MadeOutputs made, Reaches reaches, InstantSource clock) {
    this.made = made;
    this.reaches = reaches;
    this.clock = clock;
  }

  /** Stores a submission once what it uses is found. */
  public Function<Submission, Future<Admission>> before(
      Function<Submission, Future<Admission>> intake) {
    return submission ->
        find(submission.tenant(), List.of(submission))
            .map(found -> found.in(submission))
            .compose(intake);
  }

  /** What is there of all that these submissions use. Asks nothing when they use nothing. */
  Future<Found> find(TenantId tenant, List<Submission> submissions) {
    return look(
        tenant,
        submissions.stream()
            .flatMap(submission -> submission.terms().uses().asked().stream())
            .toList());
  }

  /**
   * The same for what is no job: empty when nothing of it is ours. Fails naming the member that
   * names nothing.
   */
  public Future<Optional<Pinned>> pinned(TenantId tenant, List<Use> asked) {
    return look(tenant, asked).map(found -> Optional.ofNullable(found.pinned(asked)));
  }

  private Future<Found> look(TenantId tenant, List<Use> asked) {
    Set<Long> numbers = new HashSet<>();
    Set<JobId> jobs = new HashSet<>();
    for (Use use : asked) {
      OutputId.jobOf(use.id()).ifPresent(numbers::add);
      JobId.parse(use.id()).ifPresent(jobs::add);
    }
    return numbers.isEmpty() && jobs.isEmpty()
        ? Future.succeededFuture(new Found(List.of(), reaches, clock.instant()))
        : made.find(tenant, numbers, jobs).map(all -> new Found(all, reaches, clock.instant()));
  }

  /** What was found. */
  static final class Found {
    private final Map<Long, Made> byNumber = new HashMap<>();
    private final Map<JobId, Made> byJob = new HashMap<>();
    private final Reaches reaches;
    private final Instant now;

    private Found(List<Made> all, Reaches reaches, Instant now) {
      this.reaches = reaches;
      this.now = now;
      all.forEach(
          each -> {
            byNumber.put(each.number(), each);
            byJob.put(each.job(), each);
          });
    }

    /**
     * The submission with what it uses.
     *
     * @throws BacklotException naming the member that names nothing, or nothing that can be used:
     *     what its account has no slots for would wait for ever
     */
    Submission in(Submission submission) {
      List<Use> asked = submission.terms().uses().asked();
      Pinned pinned = pinned(asked);
      if (pinned == null) {
        return submission;
      }
      if (!canRun(pinned.account(), submission)) {
        throw outOfReach(asked, pinned.ids());
      }
      return submission.using(new Uses(asked, pinned));
    }

    /** Null when nothing of it is ours. */
    private @Nullable Pinned pinned(List<Use> asked) {
      Map<String, String> ids = new HashMap<>();
      Set<String> accounts = new HashSet<>();
      for (Use use : asked) {
        Made of = of(use);
        String id = of == null ? null : id(of, use);
        if (of != null && id != null) {
          ids.put(use.pointer(), id);
          accounts.add(of.account());
        } else if (!use.others()) {
          throw nothing(use);
        }
      }
      if (accounts.size() > 1) {
        throw apart(asked);
      }
      return ids.isEmpty() ? null : new Pinned(accounts.iterator().next(), ids);
    }

    private boolean canRun(String account, Submission submission) {
      return reaches
          .of(submission.pool(), account)
          .fits(SlotClass.parse(submission.slotClass()), submission.slots());
    }

    private @Nullable Made of(Use use) {
      Made found =
          OutputId.jobOf(use.id())
              .map(byNumber::get)
              .or(() -> JobId.parse(use.id()).map(byJob::get))
              .orElse(null);
      Duration kept = use.type().equals(SESSION) ? SESSION_KEPT : KEPT;
      return found == null || found.endedAt().plus(kept).isBefore(now) ? null : found;
    }

    /** The provider's; null when the job has made nothing of that type. */
    private static @Nullable String id(Made of, Use use) {
      List<Output> outputs = new ArrayList<>(of.outputs());
      OutputId.parse(use.id()).ifPresent(id -> outputs.removeIf(output -> output.n() != id.n()));
      return outputs.stream()
          .filter(output -> output.type().equals(use.type()))
          .findFirst()
          .map(Output::theirs)
          .orElse(null);
    }

    private static BacklotException nothing(Use use) {
      String pointer = "/input" + use.pointer();
      if (use.type().equals(SESSION)) {
        return BacklotException.ofField(
            ErrorCode.INVALID_REQUEST,
            pointer,
            pointer
                + " must be the id of a session that a call of yours has opened within 24 hours.");
      }
      return BacklotException.ofField(
          ErrorCode.INVALID_REQUEST,
          pointer,
          "%s must be the id of a result of type %s of one of your jobs or calls that has succeeded within 30 days."
              .formatted(pointer, use.type()));
    }

    private static BacklotException outOfReach(List<Use> asked, Map<String, String> ids) {
      String pointer =
          asked.stream().map(Use::pointer).filter(ids::containsKey).findFirst().orElseThrow();
      return BacklotException.ofField(
          ErrorCode.UNSUPPORTED_COMBINATION,
          "/input" + pointer,
          "/input%s names a result that only the account which made it can use, and that account cannot run this job: it is gone, or has too few slots. Make the result anew, or ask the operator for the account."
              .formatted(pointer));
    }

    private static BacklotException apart(List<Use> asked) {
      String pointer = "/input" + asked.get(asked.size() - 1).pointer();
      return BacklotException.ofField(
          ErrorCode.UNSUPPORTED_COMBINATION,
          pointer,
          pointer + " was made apart from the others: they cannot be used together.");
    }
  }
}
