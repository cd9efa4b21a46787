package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.port.Retention.Kind;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Create;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the decorators of the ports count; that they pass everything on is the ports' contract. */
class MeteredPortsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private final PrometheusMeterRegistry registry = Metrics.registry();

  @Test
  void groups_are_measured_by_size_and_their_answers_counted() {
    List<Admission> answers =
        List.of(
            new Admission.Accepted(job(1)),
            new Admission.Accepted(job(2)),
            new Admission.TooLittleCredit(Credits.of("5"), Credits.of("1")));
    MeteredAdmissions admissions =
        new MeteredAdmissions((group, now) -> Future.succeededFuture(answers), registry);

    assertThat(admissions.admit(List.of(submission(1), submission(2), submission(3)), NOW).result())
        .isEqualTo(answers);

    assertThat(lines("backlot_intake_group_size_sum"))
        .containsExactly("backlot_intake_group_size_sum 3.0");
    assertThat(lines("backlot_intake_group_size_bucket{le=\"2.0\"}"))
        .containsExactly("backlot_intake_group_size_bucket{le=\"2.0\"} 0");
    assertThat(lines("backlot_intake_group_size_bucket{le=\"5.0\"}"))
        .containsExactly("backlot_intake_group_size_bucket{le=\"5.0\"} 1");
    assertThat(lines("backlot_admissions_total"))
        .containsExactlyInAnyOrder(
            "backlot_admissions_total{result=\"accepted\"} 2.0",
            "backlot_admissions_total{result=\"too_little_credit\"} 1.0");
    assertThat(lines("backlot_intake_commit_seconds_count"))
        .containsExactly("backlot_intake_commit_seconds_count 1");
  }

  @Test
  void a_group_that_was_not_stored_counts_as_failed() {
    MeteredAdmissions admissions =
        new MeteredAdmissions(
            (group, now) ->
                Future.failedFuture(new BacklotException(ErrorCode.STORE_UNAVAILABLE, "down")),
            registry);

    admissions.admit(List.of(submission(1), submission(2)), NOW);

    assertThat(lines("backlot_admissions_total"))
        .containsExactly("backlot_admissions_total{result=\"failed\"} 2.0");
  }

  @Test
  void endings_are_counted_only_when_they_were_applied() {
    MeteredEndings endings =
        new MeteredEndings(new FakeEndings(2), registry, new Refill(registry, System::nanoTime));
    JobError error = new JobError(ErrorCode.CONTENT_REJECTED, "refused");
    Ending failed = new Ending.Failed(ref(), error, null, "{}");

    endings.finish(List.of(failed, anEnding(), failed), CancelPolicy.KEEP, NOW);

    assertThat(lines("backlot_endings_total"))
        .containsExactlyInAnyOrder(
            "backlot_endings_total{code=\"content-rejected\",ending=\"failed\"} 1.0",
            "backlot_endings_total{code=\"none\",ending=\"succeeded\"} 1.0");
  }

  @Test
  void calls_to_the_provider_are_timed_by_outcome() {
    FakeProvider fake = new FakeProvider();
    fake.next(
        new Fate.Accept(),
        new Fate.Refuse(ErrorCode.PROVIDER_BUSY, 1303),
        new Fate.AcceptAndLoseAnswer());
    MeteredProvider provider = new MeteredProvider(fake, registry, () -> NOW);

    for (int i = 0; i < 3; i++) {
      provider.create(create("id-" + i), () -> true, late -> {});
    }
    provider.query(new ByTaskId("main", "legacy", "/v1/videos/text2video", "nowhere"));

    assertThat(lines("backlot_provider_call_seconds_count"))
        .contains(
            count("create", "accepted"),
            count("create", "provider-busy"),
            count("create", "unknown"))
        .anySatisfy(line -> assertThat(line).contains("operation=\"query\""));
  }

  @Test
  void the_lag_of_a_notice_is_timed_by_outcome_and_never_negative() {
    FakeProvider fake = new FakeProvider();
    MeteredProvider provider = new MeteredProvider(fake, registry, () -> NOW);
    for (String id : List.of("late", "early")) {
      provider.create(create(id), () -> true, given -> {});
    }
    fake.succeed("late", NOW.minusSeconds(100), NOW.minusSeconds(3));
    fake.succeed("early", NOW.minusSeconds(100), NOW.plusSeconds(60));

    for (String id : List.of("late", "early")) {
      provider.query(new ByTaskId("main", "legacy", "/v1/videos/text2video", fake.taskId(id)));
    }

    assertThat(lines("backlot_detection_lag_seconds_sum"))
        .containsExactly("backlot_detection_lag_seconds_sum{outcome=\"succeeded\"} 3.0");
    assertThat(lines("backlot_detection_lag_seconds_count"))
        .containsExactly("backlot_detection_lag_seconds_count{outcome=\"succeeded\"} 2");
  }

  @Test
  void removed_rows_are_counted_by_kind() {
    MeteredRetention retention =
        new MeteredRetention(
            (kind, before, limit) -> Future.succeededFuture(kind == Kind.EVENTS ? 7 : 0), registry);

    retention.remove(Kind.EVENTS, NOW, 10);
    retention.remove(Kind.EVENTS, NOW, 10);
    retention.remove(Kind.NODES, NOW, 10);

    assertThat(lines("backlot_retention_removed_total"))
        .containsExactlyInAnyOrder(
            "backlot_retention_removed_total{kind=\"events\"} 14.0",
            "backlot_retention_removed_total{kind=\"nodes\"} 0.0");
  }

  static Ending anEnding() {
    return new Ending.Succeeded(ref(), new TaskReport.Succeeded("t", List.of(), null, "{}"));
  }

  @Test
  void rules_that_cannot_be_evaluated_are_counted_by_name() {
    AlertRuleMeter meter = new AlertRuleMeter(registry);
    meter.accept("orphans");
    meter.accept("orphans");

    assertThat(lines("backlot_alerts_rule_failures_total"))
        .containsExactly("backlot_alerts_rule_failures_total{rule=\"orphans\"} 2.0");
  }

  private List<String> lines(String name) {
    return MetricText.lines(registry, name);
  }

  private static String count(String operation, String outcome) {
    return "backlot_provider_call_seconds_count{account=\"main\",operation=\""
        + operation
        + "\",outcome=\""
        + outcome
        + "\"} 1";
  }

  private static Create create(String externalId) {
    return new Create("main", "legacy", "/v1/videos/text2video", externalId, "{}", false, "video");
  }

  private static JobId job(int number) {
    return new JobId(new UUID(0, number));
  }

  private static AttemptRef ref() {
    return new AttemptRef(
        new AttemptId(new UUID(0, 1)),
        job(1),
        new TenantId(new UUID(0, 2)),
        1,
        "main",
        "/v1/videos/text2video",
        "external");
  }

  private static Submission submission(int number) {
    return new Submission(
        job(number),
        new TenantId(new UUID(0, 2)),
        "key",
        "text2video",
        "kling-v2-6",
        "{}",
        "{}",
        0,
        "default",
        "kling-v2-6/video",
        1,
        NOW,
        NOW,
        Asset.VIDEO_UNIT,
        Credits.of("5"),
        "1",
        "{}",
        null);
  }
}
