package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A limit of 100 slots that a storm of 1303 has shrunk to nothing, probed once a second. */
class LearntCeilingTest {
  private final StoreFixture store = new StoreFixture();
  private final NodeLease node = store.node("one");

  LearntCeilingTest() throws Exception {}

  @BeforeEach
  void shrink() throws Exception {
    store.slots(100);
    store.database.execute("UPDATE slot SET ceiling = 0");
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private int probe(int second) throws Exception {
    Instant now = NOW.plusSeconds(second);
    await(store.dispatches.probeCeilings(now, now));
    return await(store.dispatches.slotUse()).get(0).ceiling();
  }

  /** Work waits: all of it is in use before the next probe. */
  private List<Integer> probesInUse(int from, int to) throws Exception {
    List<Integer> ceilings = new ArrayList<>();
    for (int second = from; second <= to; second++) {
      ceilings.add(probe(second));
      store.database.execute("UPDATE slot SET in_flight = ceiling");
    }
    return ceilings;
  }

  @Test
  void it_comes_back_in_steps_that_double_while_none_is_refused() throws Exception {
    assertThat(probesInUse(1, 7)).containsExactly(1, 3, 7, 15, 31, 63, 100);
  }

  @Test
  void after_a_refusal_it_grows_by_one_again() throws Exception {
    probesInUse(1, 4);
    store.database.execute("UPDATE slot SET in_flight = 10");
    store.job();
    store.record(
        new Fact.BackToQueue(
            store.claimOne(node).ref(), Closing.REFUSED, false, null, "busy", true));

    assertThat(probesInUse(5, 7)).containsExactly(11, 13, 17);
  }

  @Test
  void each_probe_of_a_full_account_costs_one_refusal() throws Exception {
    store.database.execute("UPDATE slot SET ceiling = 10, in_flight = 10");
    for (int second = 1; second <= 5; second++) {
      assertThat(probe(second)).isEqualTo(11);
      store.job();
      store.record(
          new Fact.BackToQueue(
              store.claimOne(node).ref(), Closing.REFUSED, false, null, "busy", true));
      assertThat(await(store.dispatches.slotUse()).get(0).ceiling()).isEqualTo(10);
    }
  }

  @Test
  void what_nobody_makes_use_of_proves_nothing_and_the_step_stays() throws Exception {
    assertThat(List.of(probe(1), probe(2), probe(3), probe(4))).containsExactly(1, 2, 3, 4);
  }
}
