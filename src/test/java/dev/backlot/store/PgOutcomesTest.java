package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Outcomes.Tally;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgOutcomesTest {
  private StoreFixture store;
  private PgOutcomes outcomes;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    outcomes = new PgOutcomes(store.database.pool());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void ends_are_counted_by_their_time_and_error() throws Exception {
    store.slots(4);
    NodeLease node = store.node("one");
    store.jobs(store.tenant, 4);
    AttemptRef first = store.running(node);
    AttemptRef second = store.running(node);
    AttemptRef third = store.running(node);
    store.running(node);
    store.finish(
        CancelPolicy.KEEP,
        StoreFixture.succeeded(first, null),
        StoreFixture.failed(second, null),
        StoreFixture.failed(third, null));

    List<Tally> tallies = await(outcomes.since(NOW.minusSeconds(60)));

    assertThat(tallies).extracting(Tally::at).allMatch(at -> !at.isAfter(NOW));
    assertThat(tallies)
        .extracting(Tally::error, Tally::jobs)
        .containsExactlyInAnyOrder(tuple(null, 1), tuple(StoreFixture.ERROR.code(), 2));
  }

  @Test
  void what_ended_before_does_not_count() throws Exception {
    store.slots(1);
    store.job();
    AttemptRef ref = store.running(store.node("one"));
    store.finish(CancelPolicy.KEEP, StoreFixture.succeeded(ref, null));

    assertThat(await(outcomes.since(NOW.plusMillis(1)))).isEmpty();
  }
}
