package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.schedule.Share;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is, on the real database. */
class PgLanesTest {
  private static final UUID ONE = new UUID(1, 1);
  private static final UUID TWO = new UUID(1, 2);

  private StoreFixture store;
  private NodeLease node;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    node = store.node("one");
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void one_job_of_a_tenant_starts_within_two_freed_slots_of_ten_thousand_urgent_ones()
      throws Exception {
    store.slots(5);
    List<JobId> urgent = store.jobs(store.tenant, 10_000);
    store.database.execute("UPDATE job SET sort_key = sort_key - interval '1 day', priority = 100");
    List<Claimed> running = claim(5);
    assertThat(running).hasSize(5).allMatch(each -> urgent.contains(each.ref().job()));
    TenantId small = store.store.tenant("small", "5");
    JobId lone = store.jobs(small, 1).get(0);

    free(running.get(0));
    free(running.get(1));

    assertThat(jobs(claim(2))).contains(lone);
  }

  @Test
  void slots_are_shared_by_weight() throws Exception {
    TenantId heavy = store.store.tenant("heavy", "1000");
    store.database.execute("UPDATE tenant SET weight = 3 WHERE name = 'heavy'");
    store.slots(40);
    store.jobs(store.tenant, 40);
    Set<JobId> ofHeavy = new HashSet<>(store.jobs(heavy, 40));

    List<JobId> claimed = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      claimed.addAll(jobs(claim(1)));
    }

    assertThat(claimed).filteredOn(ofHeavy::contains).hasSizeBetween(29, 31);
  }

  @Test
  void a_tenant_that_asked_for_nothing_does_not_catch_up() throws Exception {
    TenantId late = store.store.tenant("late", "1000");
    store.slots(100);
    store.jobs(late, 1);
    claim(1);
    store.jobs(store.tenant, 60);
    assertThat(claim(20)).hasSize(20);
    // The late tenant's lane is put to rest by a claim that finds it empty.
    Set<JobId> ofLate = new HashSet<>(store.jobs(late, 20));

    List<JobId> claimed = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      claimed.addAll(jobs(claim(1)));
    }

    assertThat(claimed).filteredOn(ofLate::contains).hasSizeBetween(9, 11);
  }

  @Test
  void a_busy_provider_costs_a_lane_nothing() throws Exception {
    store.slots(1);
    store.job();
    String before = lane("tag || ' ' || in_flight");
    Claimed claimed = claim(1).get(0);
    assertThat(lane("tag || ' ' || in_flight")).isNotEqualTo(before);

    await(
        store.dispatches.record(
            List.of(
                new Fact.BackToQueue(claimed.ref(), Closing.REFUSED, false, null, "busy", false)),
            NOW));

    assertThat(lane("tag || ' ' || in_flight")).isEqualTo(before);
  }

  @Test
  void a_busy_provider_costs_a_batch_nothing() throws Exception {
    store.slots(1);
    store.job();
    String before = batchLane("tag || ' ' || in_flight");
    Claimed claimed = claim(1).get(0);
    assertThat(batchLane("tag || ' ' || in_flight")).isNotEqualTo(before);

    store.record(StoreFixture.backToQueue(claimed.ref(), Closing.REFUSED, false));

    assertThat(batchLane("tag || ' ' || in_flight")).isEqualTo(before);
  }

  @Test
  void a_lane_counts_what_it_holds() throws Exception {
    store.slots(3);
    store.jobs(store.tenant, 3);
    List<Claimed> claimed = claim(3);
    assertThat(lane("in_flight")).isEqualTo("3");
    assertThat(batchLane("in_flight")).isEqualTo("3");

    free(claimed.get(0));

    assertThat(lane("in_flight")).isEqualTo("2");
    assertThat(batchLane("in_flight")).isEqualTo("2");
  }

  @Test
  void a_tenant_at_its_limit_leaves_its_slots_to_others() throws Exception {
    TenantId other = store.store.tenant("other", "1000");
    store.slots(10);
    store.database.execute("UPDATE tenant SET max_in_flight = 2 WHERE name = 'studio'");
    store.jobs(store.tenant, 10);
    Set<JobId> ofOther = new HashSet<>(store.jobs(other, 10));

    List<Claimed> claimed = claim(10);
    claimed = new ArrayList<>(claimed);
    claimed.addAll(claim(10));

    assertThat(claimed).hasSize(10);
    assertThat(jobs(claimed)).filteredOn(ofOther::contains).hasSize(8);
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void a_tenant_below_its_limit_again_goes_on() throws Exception {
    store.slots(10);
    store.database.execute("UPDATE tenant SET max_in_flight = 2 WHERE name = 'studio'");
    store.jobs(store.tenant, 10);
    List<Claimed> claimed = claim(10);
    assertThat(claim(10)).isEmpty();

    free(claimed.get(0));

    assertThat(claim(10)).hasSize(1);
  }

  @Test
  void a_tenant_below_its_limit_again_does_not_catch_up() throws Exception {
    TenantId other = store.store.tenant("other", "1000");
    store.slots(100);
    store.database.execute("UPDATE tenant SET max_in_flight = 1 WHERE name = 'studio'");
    Set<JobId> limited = new HashSet<>(store.jobs(store.tenant, 30));
    store.jobs(other, 60);
    List<Claimed> first = claim(2);
    claim(30);
    await(
        new PgShares(store.store.vertx, store.database.pool(), new Random(6))
            .change(store.tenant, new Share(1, null)));
    free(first.stream().filter(each -> limited.contains(each.ref().job())).findFirst().get());

    List<JobId> claimed = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      claimed.addAll(jobs(claim(1)));
    }

    assertThat(claimed).filteredOn(limited::contains).hasSizeBetween(9, 11);
  }

  @Test
  void an_ending_below_the_limit_does_not_let_a_tenant_catch_up() throws Exception {
    TenantId other = store.store.tenant("other", "1000");
    store.slots(100);
    store.database.execute("UPDATE tenant SET max_in_flight = 10 WHERE name = 'studio'");
    Set<JobId> limited = new HashSet<>(store.jobs(store.tenant, 40));
    store.jobs(other, 60);
    List<Claimed> first = new ArrayList<>(claim(20));
    first.addAll(claim(20));
    for (Claimed each : first) {
      if (limited.contains(each.ref().job())) {
        free(each);
      }
    }

    List<JobId> claimed = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      claimed.addAll(jobs(claim(1)));
    }

    assertThat(claimed).filteredOn(limited::contains).hasSizeBetween(6, 8);
  }

  @Test
  void slots_add_up_for_a_job_of_several_that_has_waited_for_long_enough() throws Exception {
    store.slots(3);
    store.jobs(store.tenant, 3);
    List<Claimed> small = claim(3);
    JobId big = store.jobs(store.tenant, 1).get(0);
    store.database.execute("UPDATE job SET slots = 3 WHERE id = '" + big + "'");
    TenantId other = store.store.tenant("other", "1000");
    store.database.execute("UPDATE lane SET tag = 0");
    store.jobs(other, 10);
    store.database.execute("UPDATE lane SET tag = 1 WHERE tenant_id = '" + other.value() + "'");
    Instant late = NOW.plus(SlotReserve.PATIENCE);

    for (Claimed each : small) {
      assertThat(await(store.claiming(node, 10, late))).as("kept for the big one").isEmpty();
      free(each);
    }

    assertThat(jobs(await(store.claiming(node, 10, late)))).containsExactly(big);
  }

  @Test
  void until_then_jobs_of_one_slot_take_what_is_free() throws Exception {
    store.slots(2);
    JobId big = store.jobs(store.tenant, 1).get(0);
    store.database.execute("UPDATE job SET slots = 2 WHERE id = '" + big + "'");
    TenantId other = store.store.tenant("other", "1000");
    List<JobId> small = store.jobs(other, 2);
    store.database.execute("UPDATE slot SET in_flight = 1");

    assertThat(jobs(claim(10))).hasSize(1).isSubsetOf(small);
  }

  @Test
  void a_job_of_more_slots_than_there_are_keeps_none_from_others() throws Exception {
    store.slots(1);
    JobId big = store.jobs(store.tenant, 1).get(0);
    store.database.execute("UPDATE job SET slots = 2 WHERE id = '" + big + "'");
    TenantId other = store.store.tenant("other", "1000");
    List<JobId> small = store.jobs(other, 1);

    assertThat(jobs(await(store.claiming(node, 10, NOW.plus(SlotReserve.PATIENCE)))))
        .isEqualTo(small);
  }

  @Test
  void batches_of_a_tenant_take_turns() throws Exception {
    store.slots(10);
    admitInBatch(ONE, 20);
    admitInBatch(TWO, 20);

    List<Claimed> claimed = claim(10);

    assertThat(claimed).hasSize(10);
    assertThat(
            store.database.number(
                "SELECT count(*) FROM job WHERE state = 'submitting' AND batch_id = '" + ONE + "'"))
        .isEqualTo(5);
  }

  @Test
  void they_take_turns_from_claim_to_claim() throws Exception {
    store.slots(10);
    admitInBatch(ONE, 20);
    Set<JobId> ofTwo = admitInBatch(TWO, 20);

    assertThat(claimOneByOne(10)).filteredOn(ofTwo::contains).hasSize(5);
  }

  @Test
  void a_batch_that_asked_for_nothing_does_not_catch_up() throws Exception {
    store.slots(100);
    admitInBatch(TWO, 1);
    claim(1);
    admitInBatch(ONE, 60);
    claim(20);
    Set<JobId> late = admitInBatch(TWO, 20);

    assertThat(claimOneByOne(20)).filteredOn(late::contains).hasSizeBetween(9, 11);
  }

  @Test
  void a_batch_below_its_limit_again_does_not_catch_up() throws Exception {
    store.slots(100);
    admitInBatch(ONE, 60);
    Set<JobId> limited = admitInBatch(TWO, 30);
    store.database.execute(
        "UPDATE batch_lane SET max_in_flight = 1 WHERE batch_id = '" + TWO + "'");
    Claimed last =
        claim(2).stream().filter(each -> limited.contains(each.ref().job())).findFirst().get();
    claim(20);

    int again = 0;
    for (int i = 0; i < 20; i++) {
      free(last);
      Claimed next = claim(1).get(0);
      if (limited.contains(next.ref().job())) {
        last = next;
        again++;
      }
    }

    assertThat(again).isBetween(9, 11);
  }

  @Test
  void a_job_whose_time_has_not_come_wakes_no_lane_until_it_is_ripe() throws Exception {
    store.slots(1);
    Terms later = new Terms(NOW.plusSeconds(60), null, true, null, null);
    store.store.admit(Submissions.under(later, Submissions.of(store.tenant, "5")));
    assertThat(claim(1)).isEmpty();
    assertThat(await(store.dispatches.ripen(10, NOW.plusSeconds(59)))).isZero();

    assertThat(await(store.dispatches.ripen(10, NOW.plusSeconds(60)))).isEqualTo(1);

    assertThat(claim(1)).hasSize(1);
  }

  @Test
  void an_expired_job_is_not_started() throws Exception {
    store.slots(1);
    Terms brief = new Terms(null, NOW, true, null, null);
    store.store.admit(Submissions.under(brief, Submissions.of(store.tenant, "5")));

    assertThat(claim(1)).isEmpty();
  }

  @Test
  void a_low_priority_job_starts_once_its_age_outweighs_younger_urgent_ones() throws Exception {
    store.slots(1);
    Duration step = Duration.ofSeconds(60);
    Submission low = Submissions.of(store.tenant, "5");
    store.store.admit(low);
    int minutes = 0;
    JobId started;
    do {
      // Always a new one of priority 10 behind the slot, each a minute younger.
      admitUrgent(step.multipliedBy(minutes), 10, step);
      Claimed next = claim(1).get(0);
      started = next.ref().job();
      free(next);
      minutes++;
    } while (!started.equals(low.id()) && minutes < 20);

    assertThat(minutes).isBetween(10, 12);
  }

  @Test
  void no_lane_is_put_to_rest_with_a_job_in_it_however_claims_and_requests_race() throws Exception {
    store.slots(10_000);
    int jobs = 300;
    Future<Void> claiming = claimUntil(jobs, new ArrayList<>());
    for (int i = 0; i < jobs; i++) {
      store.store.admit(Submissions.of(store.tenant, "1"));
    }

    await(claiming);

    assertThat(store.database.number("SELECT count(*) FROM job WHERE state = 'queued'")).isZero();
    assertThat(lane("in_flight")).isEqualTo(Integer.toString(jobs));
  }

  @Test
  void an_ending_and_a_request_that_change_one_lane_do_not_wait_in_a_circle() throws Exception {
    store.slots(2);
    store.job();
    claim(2);
    claim(1);
    assertThat(lane("active")).as("at rest").isEqualTo("f");
    Future<?> admission;
    try (Connection ending = store.database.owner();
        Statement statement = ending.createStatement()) {
      ending.setAutoCommit(false);
      statement.execute("SELECT 1 FROM lane FOR NO KEY UPDATE");
      admission = store.store.admissions.admit(List.of(Submissions.of(store.tenant, "5")), NOW);
      awaitLockWait();

      statement.execute("UPDATE batch_lane SET in_flight = in_flight - 1");
      ending.commit();
    }

    await(admission);
    assertThat(claim(1)).hasSize(1);
    assertThat(
            store.database.number(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        .isZero();
  }

  /** Returns once the request waits for the lane. */
  private void awaitLockWait() {
    Instant patience = Instant.now().plusSeconds(20);
    while (store.database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
      assertThat(Instant.now()).as("nobody waits for the lane").isBefore(patience);
    }
  }

  @Test
  void a_pause_leaves_what_its_caller_asked_for_as_it_was() throws Exception {
    store.slots(1);
    JobId job = store.job();
    Claimed claimed = claim(1).get(0);

    await(
        store.dispatches.record(
            List.of(
                new Fact.BackToQueue(
                    claimed.ref(), Closing.REFUSED, false, NOW.plusSeconds(9), "busy", false)),
            NOW));

    assertThat(await(store.store.jobs.find(store.tenant, job)).orElseThrow().terms().startAt())
        .isEqualTo(NOW);
    assertThat(claim(1)).isEmpty();
    assertThat(await(store.dispatches.ripen(10, NOW.plusSeconds(8)))).isZero();
    assertThat(await(store.dispatches.ripen(10, NOW.plusSeconds(9)))).isEqualTo(1);
    assertThat(claim(1)).hasSize(1);
  }

  /** Claims as fast as it can, so that the lane is empty again and again. */
  private Future<Void> claimUntil(int jobs, List<Claimed> all) {
    return store
        .claiming(node, 10)
        .compose(
            claimed -> {
              all.addAll(claimed);
              return all.size() == jobs ? Future.succeededFuture() : claimUntil(jobs, all);
            });
  }

  private List<Claimed> claim(int limit) throws Exception {
    return store.claim(node, limit);
  }

  private List<JobId> claimOneByOne(int jobs) throws Exception {
    List<JobId> claimed = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      claimed.addAll(jobs(claim(1)));
    }
    return claimed;
  }

  private void free(Claimed claimed) throws Exception {
    await(
        store.dispatches.record(
            List.of(new Fact.Rejected(claimed.ref(), StoreFixture.ERROR, Closing.REFUSED)), NOW));
  }

  private Set<JobId> admitInBatch(UUID batch, int items) {
    List<Submission> group = new ArrayList<>();
    for (int item = 0; item < items; item++) {
      Terms terms = new Terms(null, null, true, null, new BatchItem(batch, item));
      group.add(Submissions.under(terms, Submissions.of(store.tenant, "5")));
    }
    store.store.admit(group.toArray(Submission[]::new));
    return group.stream().map(Submission::id).collect(Collectors.toSet());
  }

  private void admitUrgent(Duration later, int priority, Duration step) throws Exception {
    Submission urgent = Submissions.of(store.tenant, "5");
    store.store.admit(urgent);
    store.database.execute(
        "UPDATE job SET sort_key = sort_key + interval '%d s' WHERE id = '%s'"
            .formatted(later.minus(step.multipliedBy(priority)).toSeconds(), urgent.id()));
  }

  private String lane(String expression) {
    return store.database.text("SELECT " + expression + " FROM lane");
  }

  private String batchLane(String expression) {
    return store.database.text("SELECT " + expression + " FROM batch_lane");
  }

  private static List<JobId> jobs(List<Claimed> claimed) {
    return claimed.stream().map(each -> each.ref().job()).toList();
  }
}
