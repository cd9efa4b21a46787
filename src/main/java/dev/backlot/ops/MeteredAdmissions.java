package dev.backlot.ops;

import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.port.Admissions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Counts what intake stores: how large the groups are, how long they take, what became of each. */
public final class MeteredAdmissions implements Admissions {
  private static final double[] GROUP_SIZES = {1, 2, 5, 10, 20, 50, 100, 200, MAX_GROUP};

  private final Admissions admissions;
  private final MeterRegistry registry;
  private final DistributionSummary groupSize;
  private final Timer commit;
  private final MeterProvider<Counter> results;

  public MeteredAdmissions(Admissions admissions, MeterRegistry registry) {
    this.admissions = admissions;
    this.registry = registry;
    groupSize =
        DistributionSummary.builder("backlot.intake.group.size")
            .description("Submissions stored by one transaction")
            .serviceLevelObjectives(GROUP_SIZES)
            .register(registry);
    commit =
        Timer.builder("backlot.intake.commit")
            .description("Time to store one group of submissions durably")
            .register(registry);
    results =
        Counter.builder("backlot.admissions")
            .description("Submissions by what became of them")
            .withRegistry(registry);
  }

  @Override
  public Future<List<Admission>> admit(List<Submission> group, Instant now) {
    Timer.Sample begun = Timer.start(registry);
    groupSize.record(group.size());
    return admissions
        .admit(group, now)
        .onSuccess(answers -> answers.forEach(answer -> count(text(answer))))
        .onFailure(failure -> results.withTag("result", "failed").increment(group.size()))
        .onComplete(done -> begun.stop(commit));
  }

  private void count(String result) {
    results.withTag("result", result).increment();
  }

  private static String text(Admission answer) {
    if (answer instanceof Admission.Accepted) {
      return "accepted";
    }
    if (answer instanceof Admission.Replayed) {
      return "replayed";
    }
    if (answer instanceof Admission.KeyReused) {
      return "key_reused";
    }
    if (answer instanceof Admission.ExternalIdTaken) {
      return "external_id_taken";
    }
    if (answer instanceof Admission.Unanswered) {
      return "unanswered";
    }
    return "too_little_credit";
  }
}
