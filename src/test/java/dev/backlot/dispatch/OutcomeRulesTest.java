package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OutcomeRulesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final AttemptRef REF =
      new AttemptRef(
          new AttemptId(new UUID(1, 1)),
          new JobId(new UUID(2, 2)),
          new TenantId(new UUID(3, 3)),
          1,
          "main",
          "/v1/videos/text2video",
          "abcdefgh-1");

  private final OutcomeRules rules = new OutcomeRules(account -> PAUSE);

  private Optional<Fact> afterFirstSend(SubmitOutcome outcome) {
    return rules.fact(REF, outcome, false, NOW);
  }

  private Optional<Fact> afterUnknownSend(SubmitOutcome outcome) {
    return rules.fact(REF, outcome, true, NOW);
  }

  private static Refused refused(ErrorCode code) {
    return new Refused(code, 1, false, "detail");
  }

  static Stream<ErrorCode> everyRefusal() {
    return Arrays.stream(ErrorCode.values()).filter(code -> code.number() >= 300);
  }

  @ParameterizedTest
  @MethodSource("everyRefusal")
  void after_an_unknown_send_no_refusal_closes_anything(ErrorCode code) {
    assertThat(afterUnknownSend(refused(code))).isEmpty();
  }

  @Test
  void after_an_unknown_send_a_send_that_never_left_proves_nothing() {
    assertThat(afterUnknownSend(new NeverSent(ErrorCode.PROVIDER_UNAVAILABLE, "refused")))
        .isEmpty();
  }

  @Test
  void an_acceptance_is_believed_whatever_came_before() {
    assertThat(afterFirstSend(new Accepted("867"))).contains(new Fact.Accepted(REF, "867"));
    assertThat(afterUnknownSend(new Accepted("867"))).contains(new Fact.Accepted(REF, "867"));
  }

  @Test
  void no_clear_answer_keeps_the_attempt_open() {
    assertThat(afterFirstSend(new Unknown("timeout")))
        .contains(new Fact.SendUnknown(REF, "timeout"));
  }

  @Test
  void a_full_account_sends_the_job_back_to_its_place_at_once_and_uncounted() {
    assertThat(afterFirstSend(refused(ErrorCode.PROVIDER_BUSY)))
        .contains(new Fact.BackToQueue(REF, Closing.REFUSED, false, null, "provider-busy", true));
  }

  @Test
  void a_passing_refusal_sends_the_job_back_after_a_pause() {
    assertThat(afterFirstSend(refused(ErrorCode.PROVIDER_RATE_LIMITED)))
        .contains(
            new Fact.BackToQueue(
                REF, Closing.REFUSED, false, NOW.plus(PAUSE), "provider-rate-limited", false));
  }

  @Test
  void an_account_that_needs_its_operator_burns_no_job_and_lets_another_try() {
    assertThat(afterFirstSend(refused(ErrorCode.PROVIDER_CREDIT)))
        .contains(
            new Fact.BackToQueue(
                REF, Closing.REFUSED, false, NOW.plus(PAUSE), "provider-account", false));
  }

  @ParameterizedTest
  @EnumSource(names = {"PROVIDER_REJECTED", "CONTENT_REJECTED", "MODEL_UNAVAILABLE"})
  void what_only_its_sender_can_mend_fails_the_job(ErrorCode code) {
    assertThat(afterFirstSend(refused(code)))
        .contains(new Fact.Rejected(REF, new JobError(code, "detail"), Closing.REFUSED));
  }

  @Test
  void what_never_left_closes_the_attempt_as_unsent() {
    assertThat(afterFirstSend(new NeverSent(ErrorCode.PROVIDER_UNAVAILABLE, "connection refused")))
        .contains(
            new Fact.BackToQueue(
                REF, Closing.UNSENT, false, NOW.plus(PAUSE), "provider-unavailable", false));
  }

  @Test
  void an_ambiguous_code_is_never_taken_for_a_refusal() {
    assertThat(everyRefusal().filter(code -> code.kind() == ErrorKind.AMBIGUOUS))
        .isNotEmpty()
        .allSatisfy(
            code ->
                assertThat(afterFirstSend(refused(code)))
                    .get()
                    .isInstanceOf(Fact.SendUnknown.class));
  }
}
