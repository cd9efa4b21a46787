package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Admission.Accepted;
import dev.backlot.domain.job.Admission.KeyReused;
import dev.backlot.domain.job.Admission.TooLittleCredit;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.TimeoutPolicy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgAdmissionsTest {
  private final Store store = new Store();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void a_group_is_stored_reserved_and_logged_in_order() {
    TenantId tenant = store.tenant("acme", "100");
    List<Submission> group = Submissions.many(3, tenant, "2.5");

    List<Admission> admissions = store.admit(group.toArray(Submission[]::new));

    assertThat(admissions)
        .containsExactlyElementsOf(group.stream().map(each -> new Accepted(each.id())).toList());
    assertThat(store.balance(tenant)).isEqualTo(balance("92.5", "7.5"));
    assertThat(
            store.database.text(
                "SELECT string_agg(job_id || type || job_version, ',' ORDER BY position)"
                    + " FROM event"))
        .isEqualTo(
            String.join(",", group.stream().map(each -> each.id() + "job.queued1").toList()));
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void what_was_stored_reads_back_digit_for_digit() {
    TenantId tenant = store.tenant("acme", "100");
    Submission submission = Submissions.of(tenant, "2.5");
    store.admit(submission);

    Job job = await(store.jobs.find(tenant, submission.id())).orElseThrow();

    assertThat(job.input()).isEqualTo(submission.input());
    assertThat(job.state()).isEqualTo(JobState.QUEUED);
    assertThat(job.acceptedAt()).isEqualTo(NOW);
    assertThat(job.cost()).isEqualTo(Credits.of("2.5"));
    assertThat(job.charged()).isNull();
    assertThat(job.publicNumber()).isGreaterThanOrEqualTo(900000000000000001L);
  }

  @Test
  void terms_read_back_as_they_were_given() {
    TenantId tenant = store.tenant("acme", "100");
    Terms terms =
        new Terms(
            NOW.plusSeconds(60),
            NOW.plusSeconds(120),
            false,
            TimeoutPolicy.GIVE_UP,
            new BatchItem(new UUID(1, 2), 3));
    Submission submission = Submissions.under(terms, Submissions.of(tenant, "2.5"));
    store.admit(submission);

    Job job = await(store.jobs.find(tenant, submission.id())).orElseThrow();

    assertThat(job.terms()).isEqualTo(terms);
    assertThat(store.database.text("SELECT batch_id::text FROM event"))
        .isEqualTo(new UUID(1, 2).toString());
  }

  @Test
  void an_unaffordable_large_one_does_not_hide_a_smaller_one_behind_it() {
    TenantId tenant = store.tenant("acme", "10");
    Submission small = Submissions.of(tenant, "4");
    Submission large = Submissions.of(tenant, "7");
    Submission last = Submissions.of(tenant, "6");

    List<Admission> admissions = store.admit(small, large, last);

    assertThat(admissions)
        .containsExactly(
            new Accepted(small.id()),
            new TooLittleCredit(Credits.of("7"), Credits.ZERO),
            new Accepted(last.id()));
    assertThat(store.balance(tenant)).isEqualTo(balance("0", "10"));
  }

  @Test
  void a_refused_submission_leaves_nothing_behind() {
    TenantId tenant = store.tenant("acme", "1");

    List<Admission> admissions = store.admit(Submissions.keyed(tenant, "2", "key", "body"));

    assertThat(admissions).containsExactly(new TooLittleCredit(Credits.of("2"), Credits.of("1")));
    assertThat(store.database.number("SELECT count(*) FROM job")).isZero();
    assertThat(store.database.number("SELECT count(*) FROM idempotency_key")).isZero();
    assertThat(store.database.number("SELECT count(*) FROM event")).isZero();
  }

  @Test
  void a_tenant_without_a_balance_has_too_little_credit() {
    TenantId tenant = store.tenant("acme", "1");
    TenantId poor = await(store.keys.create("poor", java.util.Set.of(), NOW)).tenant();

    assertThat(store.admit(Submissions.of(poor, "1"), Submissions.of(tenant, "1")))
        .hasExactlyElementsOfTypes(TooLittleCredit.class, Accepted.class);
  }

  @Test
  void a_key_answers_the_first_answer_again() {
    TenantId tenant = store.tenant("acme", "100");
    Submission first = Submissions.keyed(tenant, "2", "key", "body");
    store.admit(first);

    List<Admission> again = store.admit(Submissions.keyed(tenant, "2", "key", "body"));

    assertThat(again).containsExactly(Submissions.replayOf(first));
    assertThat(store.balance(tenant)).isEqualTo(balance("98", "2"));
  }

  @Test
  void a_key_with_another_body_is_refused() {
    TenantId tenant = store.tenant("acme", "100");
    store.admit(Submissions.keyed(tenant, "2", "key", "body"));

    assertThat(store.admit(Submissions.keyed(tenant, "2", "key", "another body")))
        .containsExactly(new KeyReused());
  }

  @Test
  void a_key_of_another_tenant_is_another_key() {
    TenantId one = store.tenant("one", "100");
    TenantId two = store.tenant("two", "100");

    assertThat(
            store.admit(
                Submissions.keyed(one, "2", "key", "body"),
                Submissions.keyed(two, "2", "key", "another body")))
        .hasExactlyElementsOfTypes(Accepted.class, Accepted.class);
  }

  @Test
  void the_same_key_twice_in_a_group_is_stored_once() {
    TenantId tenant = store.tenant("acme", "100");
    Submission first = Submissions.keyed(tenant, "2", "key", "body");

    List<Admission> admissions =
        store.admit(
            first,
            Submissions.keyed(tenant, "2", "key", "body"),
            Submissions.keyed(tenant, "2", "key", "another body"));

    assertThat(admissions)
        .containsExactly(new Accepted(first.id()), Submissions.replayOf(first), new KeyReused());
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(1);
  }

  @Test
  void a_follower_of_a_reused_key_is_answered_from_what_is_stored() {
    TenantId tenant = store.tenant("acme", "100");
    Submission stored = Submissions.keyed(tenant, "2", "key", "body");
    store.admit(stored);

    assertThat(
            store.admit(
                Submissions.keyed(tenant, "2", "key", "another body"),
                Submissions.keyed(tenant, "2", "key", "body")))
        .containsExactly(new KeyReused(), Submissions.replayOf(stored));
  }

  @Test
  void an_expired_key_may_be_used_again() {
    TenantId tenant = store.tenant("acme", "100");
    store.admit(Submissions.keyed(tenant, "2", "key", "body"));

    List<Admission> later =
        await(
            store.admissions.admit(
                List.of(Submissions.keyed(tenant, "2", "key", "another body")),
                NOW.plus(Duration.ofHours(25))));

    assertThat(later).hasExactlyElementsOfTypes(Accepted.class);
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(2);
  }

  @Test
  void the_same_group_stored_again_changes_nothing() {
    TenantId tenant = store.tenant("acme", "10");
    Submission[] group = {
      Submissions.of(tenant, "2"),
      Submissions.keyed(tenant, "2", "key", "body"),
      Submissions.of(tenant, "20")
    };
    List<Admission> first = store.admit(group);

    List<Admission> again = store.admit(group);

    assertThat(again).isEqualTo(first);
    assertThat(store.balance(tenant)).isEqualTo(balance("6", "4"));
    assertThat(store.database.number("SELECT count(*) FROM event")).isEqualTo(2);
    assertThat(store.violations()).isEmpty();
  }

  private static Balance balance(String available, String reserved) {
    return new Balance(Asset.VIDEO_UNIT, Credits.of(available), Credits.of(reserved), Credits.ZERO);
  }
}
