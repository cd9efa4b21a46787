package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static dev.backlot.store.Submissions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Admission.Accepted;
import dev.backlot.domain.job.Admission.Replayed;
import dev.backlot.domain.job.Admission.TooLittleCredit;
import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two intakes, each with its own pool, on one database. */
class AdmissionRaceTest {
  private static final String DEADLOCKS =
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

  private final Store store = new Store();
  private final PgAdmissions other =
      store.admissions(Pools.create(store.vertx, store.database.config(), "other intake"));

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void two_hundred_requests_with_one_key_make_one_job() {
    TenantId tenant = store.tenant("acme", "1000");
    List<Future<List<Admission>>> requests = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Submission each = Submissions.keyed(tenant, "1", "key", "body");
      requests.add(intake(i).admit(List.of(each), NOW));
    }

    List<Admission> answers = all(requests);

    Accepted accepted = only(Accepted.class, answers);
    assertThat(answers.stream().filter(Replayed.class::isInstance).map(Replayed.class::cast))
        .hasSize(199)
        .allSatisfy(
            replayed -> {
              assertThat(replayed.id()).isEqualTo(accepted.id());
              assertThat(replayed.answer()).contains(accepted.id().toString());
            });
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(1);
    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("1"));
  }

  @Test
  void the_same_keys_in_opposite_order_neither_deadlock_nor_answer_wrongly() {
    TenantId one = store.tenant("one", "100000");
    TenantId two = store.tenant("two", "100000");

    for (int round = 0; round < 30; round++) {
      List<Submission> forward = group(round, one, two);
      List<Submission> backward = group(round, one, two);
      Collections.reverse(backward);
      Future<List<Admission>> first = store.admissions.admit(forward, NOW);
      Future<List<Admission>> second = other.admit(backward, NOW);

      List<Admission> here = await(first);
      List<Admission> there = new ArrayList<>(await(second));
      Collections.reverse(there);
      for (int i = 0; i < here.size(); i++) {
        assertOneStoredTheOtherReplayed(here.get(i), there.get(i));
      }
    }

    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(30 * 40);
    assertThat(store.database.number(DEADLOCKS)).isZero();
    assertThat(store.violations()).isEmpty();
  }

  @Test
  void five_hundred_requests_for_the_credit_of_a_hundred_get_exactly_a_hundred() {
    TenantId tenant = store.tenant("acme", "100");
    Random sizes = new Random(11);
    List<Future<List<Admission>>> groups = new ArrayList<>();
    int left = 500;
    while (left > 0) {
      int size = Math.min(left, 1 + sizes.nextInt(20));
      groups.add(intake(groups.size()).admit(Submissions.many(size, tenant, "1"), NOW));
      left -= size;
    }

    List<Admission> answers = all(groups);

    assertThat(answers).hasSize(500);
    assertThat(answers.stream().filter(Accepted.class::isInstance)).hasSize(100);
    assertThat(answers.stream().filter(TooLittleCredit.class::isInstance)).hasSize(400);
    assertThat(store.balance(tenant).available()).isEqualTo(Credits.ZERO);
    assertThat(store.balance(tenant).reserved()).isEqualTo(Credits.of("100"));
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(100);
    assertThat(store.violations()).isEmpty();
  }

  private PgAdmissions intake(int i) {
    return i % 2 == 0 ? store.admissions : other;
  }

  private static List<Submission> group(int round, TenantId one, TenantId two) {
    return new ArrayList<>(
        IntStream.range(0, 40)
            .mapToObj(i -> Submissions.keyed(i % 3 == 0 ? one : two, "1", round + "-" + i, "body"))
            .toList());
  }

  private static void assertOneStoredTheOtherReplayed(Admission here, Admission there) {
    Accepted stored = only(Accepted.class, List.of(here, there));
    assertThat(only(Replayed.class, List.of(here, there)).id()).isEqualTo(stored.id());
  }

  private static <T> T only(Class<T> type, List<Admission> admissions) {
    List<T> found = admissions.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).as("%s in %s", type.getSimpleName(), admissions).hasSize(1);
    return found.get(0);
  }

  private static List<Admission> all(List<Future<List<Admission>>> groups) {
    return groups.stream().flatMap(group -> await(group).stream()).toList();
  }
}
