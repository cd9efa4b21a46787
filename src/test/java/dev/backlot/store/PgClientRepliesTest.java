package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Asker;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.ClientTerms;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.node.NodeId;
import dev.backlot.port.ClientReplies.Unanswered;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgClientRepliesTest {
  private static final String DIGEST = "ab".repeat(32);
  private static final Duration WITHIN = Duration.ofSeconds(2);
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final CallEnd DONE = new CallEnd.Succeeded(NOW, null, null, List.of(), "{}");
  private static final Instant SOON = NOW.plusMillis(500);
  private static final Instant LATER = NOW.plusSeconds(3);

  private record Waiting(boolean isGone, boolean looksAround, Set<UUID> beside) implements Asker {
    static final Waiting LONE = new Waiting(false, false, Set.of());
  }

  private final Store store = new Store();
  private final PgClientReplies replies = new PgClientReplies(store.database.pool());
  private final TenantId tenant = store.tenant("acme", "100");
  private final PgCalls calls = new PgCalls(store.vertx, store.database.pool(), new Random(1));

  @AfterEach
  void close() {
    store.close();
  }

  private JobId made() {
    Submission submission =
        Submissions.of(tenant, "1").of(new ClientTerms(null, reply(DIGEST, NOW)));
    store.admit(submission);
    return submission.id();
  }

  private static ClientReply reply(String digest, Instant askedAt) {
    return new ClientReply(digest, askedAt, WITHIN, WINDOW, Waiting.LONE);
  }

  private Optional<JobId> takeLost(Instant now) {
    return await(replies.takeLost(tenant, reply(DIGEST, now), now));
  }

  @Test
  void an_answer_that_was_lost_is_given_again_once() {
    JobId job = made();
    await(replies.lost(job.value(), SOON));

    assertThat(takeLost(SOON)).contains(job);
    assertThat(takeLost(SOON)).isEmpty();
  }

  @Test
  void an_answer_that_is_on_its_way_is_not_lost() {
    made();

    assertThat(takeLost(SOON)).isEmpty();
  }

  @Test
  void an_answer_of_a_node_that_died_is_lost_after_the_grace() {
    JobId job = made();

    assertThat(takeLost(LATER)).contains(job);
  }

  @Test
  void an_answer_that_is_out_is_never_given_again() {
    JobId job = made();
    await(replies.delivered(List.of(job.value()), NOW.minus(WINDOW)));

    assertThat(takeLost(LATER)).isEmpty();
    await(replies.lost(job.value(), LATER));
    assertThat(takeLost(LATER)).isEmpty();
  }

  @Test
  void behind_the_window_nothing_is_given_again() {
    JobId job = made();
    await(replies.lost(job.value(), SOON));

    assertThat(takeLost(SOON.plus(WINDOW))).isEmpty();
  }

  @Test
  void another_tenant_and_another_digest_get_nothing() {
    JobId job = made();
    await(replies.lost(job.value(), SOON));
    TenantId rival = store.tenant("rival", "1");

    assertThat(await(replies.takeLost(rival, reply(DIGEST, SOON), SOON))).isEmpty();
    assertThat(await(replies.takeLost(tenant, reply("cd".repeat(32), SOON), SOON))).isEmpty();
  }

  @Test
  void two_lost_answers_go_to_two_repeats_that_come_at_once() {
    List<JobId> jobs = List.of(made(), made());
    jobs.forEach(job -> await(replies.lost(job.value(), SOON)));

    List<Future<Optional<JobId>>> taken =
        IntStream.range(0, 6)
            .mapToObj(i -> replies.takeLost(tenant, reply(DIGEST, SOON), SOON))
            .toList();

    // One that finds its row locked by another gets nothing, and makes a job of its own.
    List<JobId> given = taken.stream().flatMap(each -> await(each).stream()).toList();
    assertThat(given).isSubsetOf(jobs).doesNotHaveDuplicates().isNotEmpty();
  }

  private CallId called() {
    CallId id = new CallId(UUID.randomUUID());
    NewCall call =
        new NewCall(
            id,
            tenant,
            "testtesttest",
            "tts",
            "main",
            new NodeId(UUID.randomUUID()),
            1,
            new Price(Asset.VIDEO_UNIT, Credits.of("1")),
            "2026-09",
            null,
            null,
            new NewCall.Reply(DIGEST, null, Set.of()));
    await(calls.open(call, NOW));
    return id;
  }

  private void close(CallId call, CallEnd end) {
    await(calls.close(call, end, NOW));
  }

  private Optional<CallId> takeLostCall(Instant now) {
    return await(replies.takeLostCall(tenant, DIGEST, WINDOW, Set.of(), now));
  }

  private Optional<Unanswered> unanswered(Instant now) {
    return await(replies.unanswered(tenant, DIGEST, WINDOW, Set.of(), now));
  }

  @Test
  void a_call_under_way_is_not_lost_however_long_it_takes() {
    CallId call = called();

    assertThat(takeLostCall(NOW.plusSeconds(30))).isEmpty();
    assertThat(unanswered(NOW.plusSeconds(30)).orElseThrow().id()).isEqualTo(call);
  }

  @Test
  void a_call_under_way_that_nobody_waits_for_is_given_to_one_repeat() {
    CallId call = called();
    await(replies.lost(call.value(), SOON));

    assertThat(takeLostCall(SOON)).contains(call);
    assertThat(takeLostCall(SOON)).isEmpty();
  }

  @Test
  void a_call_that_was_done_by_a_node_that_died_is_lost_after_the_grace() {
    CallId call = called();
    close(call, DONE);

    assertThat(takeLostCall(SOON)).isEmpty();
    assertThat(unanswered(SOON).orElseThrow().isUnknown()).isFalse();
    assertThat(takeLostCall(LATER)).contains(call);
  }

  @Test
  void a_call_that_has_failed_is_repeated_by_nobody() {
    CallId call = called();
    close(call, new CallEnd.Failed(NOW, new JobError(ErrorCode.PROVIDER_BUSY, "Not now."), 5001));
    await(replies.lost(call.value(), SOON));

    assertThat(takeLostCall(LATER)).isEmpty();
    assertThat(unanswered(LATER)).isEmpty();
  }

  @Test
  void an_unknown_outcome_is_an_answer_to_nobody_within_the_window() {
    CallId call = called();
    close(call, new CallEnd.Unknown(NOW, 0));

    assertThat(unanswered(SOON)).contains(new Unanswered(call, true));
    assertThat(unanswered(NOW.plus(WINDOW))).isEmpty();
  }

  @Test
  void a_call_under_way_is_not_forgotten_however_long_it_takes() {
    CallId call = called();

    await(replies.delivered(List.of(), NOW.plusSeconds(30)));

    assertThat(unanswered(NOW.plusSeconds(30)).orElseThrow().id()).isEqualTo(call);
  }

  @Test
  void a_call_whose_answer_is_out_is_over() {
    CallId call = called();
    close(call, DONE);
    await(replies.delivered(List.of(call.value()), NOW.minus(WINDOW)));

    assertThat(takeLostCall(LATER)).isEmpty();
    assertThat(unanswered(LATER)).isEmpty();
  }

  @Test
  void of_a_call_that_cannot_be_paid_nothing_stays() {
    store.database.execute("UPDATE balance SET available = 0");

    called();

    assertThat(store.database.number("SELECT count(*) FROM client_reply")).isZero();
  }

  @Test
  void of_a_create_that_was_refused_nothing_stays() {
    store.admit(Submissions.of(tenant, "101").of(new ClientTerms(null, reply(DIGEST, NOW))));

    assertThat(store.database.number("SELECT count(*) FROM client_reply")).isZero();
  }

  @Test
  void what_nobody_can_ask_for_any_more_is_forgotten() {
    made();
    JobId lost = made();
    await(replies.lost(lost.value(), LATER));

    await(replies.delivered(List.of(), NOW.plusSeconds(1)));

    assertThat(store.database.text("SELECT string_agg(job_id::text, ',') FROM client_reply"))
        .isEqualTo(lost.toString());
  }

  private Admission admitted(Instant askedAt, Instant now) {
    Submission submission =
        Submissions.of(tenant, "1").of(new ClientTerms(null, reply(DIGEST, askedAt)));
    return await(store.admissions.admit(List.of(submission), now)).get(0);
  }

  private long jobs() {
    return store.database.number("SELECT count(*) FROM job");
  }

  @Test
  void the_repeat_of_a_create_that_was_not_answered_is_not_stored() {
    made();

    assertThat(admitted(LATER, LATER)).isEqualTo(new Admission.Unanswered());
    assertThat(jobs()).isEqualTo(1);
  }

  @Test
  void the_same_while_the_answer_is_on_its_way_is_stored() {
    made();

    assertThat(admitted(SOON, SOON)).isInstanceOf(Admission.Accepted.class);
    assertThat(jobs()).isEqualTo(2);
  }

  private Admission looksAround(Waiting asker, Instant now) {
    Submission submission =
        Submissions.of(tenant, "1")
            .of(new ClientTerms(null, new ClientReply(DIGEST, now, WITHIN, WINDOW, asker)));
    return await(store.admissions.admit(List.of(submission), now)).get(0);
  }

  private Set<JobId> onTheirWay(Waiting asker, Instant now) {
    ClientReply reply = new ClientReply(DIGEST, now, WITHIN, WINDOW, asker);
    return await(replies.onTheirWay(tenant, reply, now));
  }

  @Test
  void one_that_looks_around_is_not_stored_while_the_answer_of_another_node_is_on_its_way() {
    JobId job = made();
    Waiting asker = new Waiting(false, true, Set.of());

    assertThat(looksAround(asker, SOON)).isEqualTo(new Admission.Unanswered());
    assertThat(onTheirWay(asker, SOON)).containsExactly(job);
    await(replies.delivered(List.of(job.value()), NOW.minus(WINDOW)));
    assertThat(onTheirWay(asker, SOON)).isEmpty();
    assertThat(looksAround(asker, SOON)).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void those_of_which_its_node_knows_hold_nobody_up() {
    JobId one = made();
    JobId other = made();
    Waiting asker = new Waiting(false, true, Set.of(one.value(), other.value()));

    assertThat(onTheirWay(asker, SOON)).isEmpty();
    assertThat(looksAround(asker, SOON)).isInstanceOf(Admission.Accepted.class);
  }

  @Test
  void an_answer_of_which_its_node_knows_is_not_lost_by_its_age() {
    JobId job = made();
    Waiting asker = new Waiting(false, true, Set.of(job.value()));
    ClientReply reply = new ClientReply(DIGEST, LATER, WITHIN, WINDOW, asker);

    assertThat(await(replies.takeLost(tenant, reply, LATER))).isEmpty();
    assertThat(looksAround(asker, LATER)).isInstanceOf(Admission.Accepted.class);
    await(replies.lost(job.value(), LATER));
    assertThat(await(replies.takeLost(tenant, reply, LATER))).contains(job);
  }

  @Test
  void what_is_lost_is_on_its_way_to_nobody() {
    await(replies.lost(made().value(), SOON));
    made();

    assertThat(onTheirWay(Waiting.LONE, LATER)).isEmpty();
  }

  @Test
  void one_that_looks_around_and_is_stored_once_more_in_doubt_stays_accepted() {
    Submission submission =
        Submissions.of(tenant, "1")
            .of(
                new ClientTerms(
                    null,
                    new ClientReply(
                        DIGEST, NOW, WITHIN, WINDOW, new Waiting(false, true, Set.of()))));
    store.admit(submission);

    assertThat(await(store.admissions.admit(List.of(submission), SOON)))
        .containsExactly(new Admission.Accepted(submission.id()));
  }

  @Test
  void a_create_whose_client_is_gone_before_it_is_stored_is_not() {
    assertThat(looksAround(new Waiting(true, false, Set.of()), NOW))
        .isEqualTo(new Admission.Unanswered());
    assertThat(jobs()).isZero();
  }

  @Test
  void a_create_for_which_nobody_waits_any_more_is_not_stored() {
    assertThat(admitted(NOW, NOW.plus(WITHIN))).isEqualTo(new Admission.Unanswered());
    assertThat(jobs()).isZero();
  }

  @Test
  void one_that_is_stored_once_more_because_its_commit_was_in_doubt_stays_accepted() {
    Submission submission =
        Submissions.of(tenant, "1").of(new ClientTerms(null, reply(DIGEST, NOW)));
    store.admit(submission);

    assertThat(await(store.admissions.admit(List.of(submission), LATER)))
        .containsExactly(new Admission.Accepted(submission.id()));
  }

  @Test
  void what_another_tenant_was_not_answered_holds_nobody_up() {
    made();
    Submission theirs =
        Submissions.of(store.tenant("rival", "1"), "1")
            .of(new ClientTerms(null, reply(DIGEST, LATER)));

    assertThat(await(store.admissions.admit(List.of(theirs), LATER)))
        .containsExactly(new Admission.Accepted(theirs.id()));
  }

  /** Of a group that waits for a balance of somebody else, while another node takes the repeat. */
  @Test
  void a_create_that_was_overtaken_by_its_repeat_is_not_stored() throws Exception {
    TenantId before = store.tenant("before", "100");
    TenantId behind = store.tenant("behind", "100");
    Future<List<Admission>> group;
    try (Connection holder = store.database.owner()) {
      holder.setAutoCommit(false);
      try (Statement statement = holder.createStatement()) {
        statement.execute("SELECT 1 FROM balance WHERE tenant_id = '" + before + "' FOR UPDATE");
      }
      group = store.admissions.admit(List.of(Submissions.of(before, "1"), owed(behind, NOW)), NOW);
      Eventually.until(
          "nobody waits for the first any more",
          Duration.ofSeconds(20),
          () ->
              store.database.number(
                      "SELECT count(*) FROM pg_locks WHERE waitstart < clock_timestamp() - interval '200 ms'")
                  == 1);
      Instant afterwards = NOW.plusMillis(200);
      Submission repeat = owed(behind, afterwards);
      await(store.admissions(store.database.pool()).admit(List.of(repeat), afterwards));
      await(replies.delivered(List.of(repeat.id().value()), NOW.minus(WINDOW)));
    }

    assertThat(await(group)).endsWith(new Admission.Unanswered());
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(2);
  }

  private static Submission owed(TenantId tenant, Instant askedAt) {
    return Submissions.of(tenant, "1")
        .of(
            new ClientTerms(
                null,
                new ClientReply(DIGEST, askedAt, Duration.ofMillis(200), WINDOW, Waiting.LONE)));
  }
}
