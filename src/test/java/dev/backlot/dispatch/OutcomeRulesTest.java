package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.UsableAccounts;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

  private static final PlannedAttempt PLAN = plan("main");

  /** Two accounts in a pool. */
  private final Two pool = new Two();

  private final Peers peers =
      new Peers(pool.accounts(), new UsableAccounts(account -> pool.spareIsSound));
  private final OutcomeRules rules = new OutcomeRules(account -> PAUSE, peers);

  private static PlannedAttempt plan(String account) {
    return new PlannedAttempt(
        REF.id(),
        REF.job(),
        account,
        "legacy",
        REF.path(),
        LookupBy.PATH,
        REF.externalId(),
        "{}",
        "kling-v3/video",
        1);
  }

  private Optional<Fact> afterFirstSend(SubmitOutcome outcome) {
    return rules.fact(REF, PLAN, outcome, false, NOW);
  }

  private Optional<Fact> afterUnknownSend(SubmitOutcome outcome) {
    return rules.fact(REF, PLAN, outcome, true, NOW);
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
  void what_an_account_refuses_for_itself_goes_to_a_sound_one_at_once() {
    pool.spareIsSound = true;

    assertThat(afterFirstSend(refused(ErrorCode.PROVIDER_CREDIT)))
        .contains(
            new Fact.BackToQueue(REF, Closing.REFUSED, false, null, "provider-account", false));
    assertThat(afterFirstSend(new NeverSent(ErrorCode.PROVIDER_ACCOUNT, "account parked")))
        .contains(
            new Fact.BackToQueue(REF, Closing.UNSENT, false, null, "provider-account", false));
  }

  @Test
  void a_passing_refusal_pauses_the_job_beside_a_sound_account_too() {
    pool.spareIsSound = true;

    assertThat(afterFirstSend(refused(ErrorCode.PROVIDER_RATE_LIMITED)))
        .contains(
            new Fact.BackToQueue(
                REF, Closing.REFUSED, false, NOW.plus(PAUSE), "provider-rate-limited", false));
  }

  @Test
  void a_model_that_one_account_has_not_bought_is_left_to_another_at_once_and_uncounted() {
    assertThat(afterFirstSend(refused(ErrorCode.MODEL_NOT_GRANTED)))
        .contains(
            new Fact.BackToQueue(REF, Closing.REFUSED, false, null, "model-unavailable", true));
  }

  @Test
  void a_model_that_no_account_has_bought_is_refused() {
    peers.note("spare", PLAN.slotClass(), refused(ErrorCode.MODEL_NOT_GRANTED), NOW);

    assertThat(afterFirstSend(refused(ErrorCode.MODEL_NOT_GRANTED)))
        .contains(
            new Fact.Rejected(
                REF, new JobError(ErrorCode.MODEL_UNAVAILABLE, "detail"), Closing.REFUSED));
  }

  @Test
  void the_other_account_is_asked_again_after_a_while() {
    peers.note(
        "spare",
        PLAN.slotClass(),
        refused(ErrorCode.MODEL_NOT_GRANTED),
        NOW.minus(Peers.REMEMBERED));

    assertThat(afterFirstSend(refused(ErrorCode.MODEL_NOT_GRANTED)))
        .get()
        .isInstanceOf(Fact.BackToQueue.class);
  }

  @Test
  void the_other_account_counts_as_having_what_it_was_seen_to_take() {
    peers.note("spare", PLAN.slotClass(), refused(ErrorCode.MODEL_NOT_GRANTED), NOW);
    peers.note("spare", PLAN.slotClass(), new Accepted("867"), NOW);

    assertThat(peers.mayBeGranted(PLAN, NOW)).isTrue();
  }

  @Test
  void what_the_other_account_has_not_bought_says_nothing_of_another_model() {
    peers.note("spare", "kling-v2-6/video", refused(ErrorCode.MODEL_NOT_GRANTED), NOW);

    assertThat(peers.mayBeGranted(PLAN, NOW)).isTrue();
  }

  @Test
  void an_account_that_does_not_speak_the_dialect_is_no_other() {
    pool.spoken = Set.of(Dialect.PATH_PER_MODEL);

    assertThat(peers.mayBeGranted(PLAN, NOW)).isFalse();
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

  /** Main and spare, alike, of which the spare speaks what a test says. */
  private static final class Two implements Dispatch.Dialects, Dispatch.Standings {
    private Set<Dialect> spoken = Set.of(Dialect.LEGACY);
    private boolean spareIsSound;

    private Dispatch.Accounts accounts() {
      return new Dispatch.Accounts(List.of("main", "spare"), List.of("pool"), this, this);
    }

    @Override
    public Reach ofAccount(String account) {
      return new Reach(spoken);
    }

    @Override
    public Reach of(String pool, @Nullable String account) {
      return new Reach(spoken);
    }

    @Override
    public Optional<Dialect> preferred(String account, String model, String version) {
      return Optional.empty();
    }

    @Override
    public BigDecimal price(String account) {
      return BigDecimal.ONE;
    }

    @Override
    public int weight(String account) {
      return 1;
    }

    @Override
    public List<String> others(String account, String slotClass, int slots) {
      return List.of(account.equals("main") ? "spare" : "main");
    }
  }
}
