package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.NodeReports.Report;
import dev.backlot.port.ProviderHealth.BreakerView;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgNodeReportsTest {
  private static final Report OPEN =
      new Report(
          List.of(new BreakerView("main", "create", "open")), List.of("spare"), "0123456789abcdef");
  private static final Report WELL = new Report(List.of(), List.of(), "");

  private StoreFixture store;
  private PgNodeReports reports;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    reports = new PgNodeReports(store.database.pool());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void what_every_live_node_said_last_is_read() throws Exception {
    NodeLease one = store.node("one");
    NodeLease two = store.node("two");
    store.node("silent");

    assertThat(await(reports.say(one, WELL))).isTrue();
    await(reports.say(one, OPEN));
    await(reports.say(two, WELL));

    assertThat(await(reports.all())).containsExactlyInAnyOrder(OPEN, WELL);
  }

  @Test
  void a_node_whose_lease_has_ended_is_not_heard() throws Exception {
    NodeLease one = store.node("one");
    await(reports.say(one, OPEN));
    store.database.execute("UPDATE node SET heartbeat_at = '-infinity'");

    assertThat(await(reports.all())).isEmpty();
    assertThat(await(reports.say(one, OPEN))).isFalse();
  }

  @Test
  void a_node_of_a_version_that_does_not_say_what_it_offers_is_heard() throws Exception {
    store.node("one");
    store.database.execute("UPDATE node SET report = '{\"breakers\": [], \"parked\": []}'");

    assertThat(await(reports.all())).containsExactly(WELL);
  }

  @Test
  void a_node_that_joins_again_has_said_nothing_yet() throws Exception {
    NodeLease one = store.node("one");
    await(reports.say(one, OPEN));

    await(store.membership.register(one, "one"));

    assertThat(await(reports.all())).isEmpty();
  }
}
