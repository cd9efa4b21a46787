package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs of several slots with jobs of one behind them, of one tenant. */
class BlockedLanesTest {
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
  void what_fits_goes_before_what_does_not() throws Exception {
    store.slots(2);
    big(3, 4);
    List<JobId> small = store.jobs(store.tenant, 3);

    assertThat(claim(NOW)).hasSize(2).isSubsetOf(small);
  }

  @Test
  void a_slot_that_is_free_is_not_left_idle_for_a_job_of_two() throws Exception {
    store.slots(2);
    big(1, 2);
    List<JobId> small = store.jobs(store.tenant, 2);
    oneSlotIsTaken();

    assertThat(claim(NOW)).hasSize(1).isSubsetOf(small);
  }

  @Test
  void slots_add_up_for_a_job_that_has_waited_for_long_enough() throws Exception {
    store.slots(2);
    List<JobId> big = big(1, 2);
    store.jobs(store.tenant, 2);
    oneSlotIsTaken();
    Instant later = NOW.plus(SlotReserve.PATIENCE);

    assertThat(claim(later)).isEmpty();

    store.database.execute("UPDATE slot SET in_flight = 0");
    assertThat(claim(later)).containsExactlyElementsOf(big);
  }

  @Test
  void what_does_not_fit_takes_no_part_of_its_tenants_limit() throws Exception {
    store.slots(2);
    big(1, 4);
    List<JobId> small = store.jobs(store.tenant, 3);
    store.database.execute("UPDATE lane SET max_in_flight = 1");

    assertThat(claim(NOW)).hasSize(1).isSubsetOf(small);
  }

  private List<JobId> big(int count, int slots) throws Exception {
    List<JobId> jobs = store.jobs(store.tenant, count);
    store.database.execute("UPDATE job SET slots = " + slots);
    return jobs;
  }

  private void oneSlotIsTaken() {
    store.database.execute("UPDATE slot SET in_flight = 1");
  }

  private List<JobId> claim(Instant now) throws Exception {
    return await(
            store.dispatches.claim(
                node, List.of(POOL), List.of(ACCOUNT), List.of(), 10, store::plan, now))
        .attempts()
        .stream()
        .map(each -> each.ref().job())
        .toList();
  }
}
