package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Admission.Accepted;
import dev.backlot.domain.job.Admission.TooLittleCredit;
import dev.backlot.domain.job.Submission;
import dev.backlot.store.CuttingProxy.Cut;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection to the database dies at the commit of a group. */
class LostCommitTest {
  private static final int FOR_EVER = Integer.MAX_VALUE;

  private final Store store = new Store();

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_group_whose_commit_answer_is_lost_is_stored_exactly_once(Cut cut) {
    TenantId tenant = store.tenant("acme", "10");
    CuttingProxy proxy = proxy(cut, 1);
    List<Submission> group =
        List.of(
            Submissions.of(tenant, "4"),
            Submissions.keyed(tenant, "5", "key", "body"),
            Submissions.of(tenant, "2"));

    List<Admission> admissions = await(store.admissions(pool(proxy)).admit(group, NOW));

    assertThat(proxy.cutsLeft()).isZero();
    assertThat(admissions)
        .containsExactly(
            new Accepted(group.get(0).id()),
            new Accepted(group.get(1).id()),
            new TooLittleCredit(Credits.of("2"), Credits.of("1")));
    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("9"));
    assertThat(store.database.number("SELECT count(*) FROM event")).isEqualTo(2);
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void every_second_commit_answer_lost_while_others_store_changes_no_result() {
    TenantId tenant = store.tenant("acme", "1000");
    CuttingProxy proxy = proxy(Cut.AT_COMMIT, 20);
    PgAdmissions cut = store.admissions(pool(proxy));
    List<Future<List<Admission>>> groups = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      PgAdmissions through = i % 2 == 0 ? cut : store.admissions;
      groups.add(through.admit(Submissions.many(5, tenant, "1"), NOW));
    }

    assertThat(groups)
        .allSatisfy(
            group -> assertThat(await(group)).hasSize(5).hasOnlyElementsOfType(Accepted.class));

    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("200"));
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(200);
    assertThat(store.database.number("SELECT count(*) FROM event")).isEqualTo(200);
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void at_the_deadline_the_outcome_is_reported_as_unknown() {
    TenantId tenant = store.tenant("acme", "10");
    PgAdmissions hurried = hurried(pool(proxy(Cut.BEFORE_COMMIT, FOR_EVER)));

    assertThat(Store.failure(hurried.admit(Submissions.many(1, tenant, "1"), NOW)))
        .isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    assertThat(store.database.number("SELECT count(*) FROM job")).isZero();
  }

  @Test
  void a_database_that_cannot_be_reached_has_surely_stored_nothing() {
    TenantId tenant = store.tenant("acme", "10");
    CuttingProxy proxy = proxy(Cut.AT_COMMIT, 0);
    PgAdmissions hurried = hurried(pool(proxy));
    proxy.stop();

    assertThat(Store.failure(hurried.admit(Submissions.many(1, tenant, "1"), NOW)))
        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
  }

  private PgAdmissions hurried(Pool pool) {
    return new PgAdmissions(
        store.vertx, pool, new Random(1), Duration.ofMillis(1500), System::nanoTime);
  }

  private CuttingProxy proxy(Cut cut, int cuts) {
    return CuttingProxy.start(store.vertx, store.database.config().port(), cut, cuts);
  }

  private Pool pool(CuttingProxy proxy) {
    return Pools.create(
        store.vertx, store.database.config().withPort(proxy.port()), "backlot test");
  }
}
