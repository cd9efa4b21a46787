package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes whose {@code node.lease} differs, as during a roll that changes it. A node acts for as long
 * as it counts itself, so only that length may end its lease (promise P2).
 */
class UnlikeLeasesTest {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(60);

  private StoreFixture store;
  private NodeLease patient;
  private NodeLease hasty;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    store.slots(10);
    patient = node("patient", LONG);
    hasty = node("hasty", SHORT);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_hasty_node_takes_nothing_while_the_owner_may_still_send() throws Exception {
    running(patient);
    silent(patient, "59 seconds");

    assertThat(patient.isHeld()).isTrue();
    assertThat(takeOver(hasty)).isZero();
    assertThat(await(store.membership.heartbeat(patient))).isTrue();
  }

  @Test
  void a_hasty_node_takes_the_jobs_when_the_lease_of_their_owner_is_over() throws Exception {
    running(patient);
    silent(patient, "61 seconds");

    assertThat(takeOver(hasty)).isOne();
  }

  @Test
  void a_patient_node_takes_the_jobs_of_a_hasty_one_after_its_short_lease() throws Exception {
    running(hasty);
    silent(hasty, "3 seconds");

    assertThat(takeOver(patient)).isOne();
  }

  @Test
  void the_heartbeat_of_a_hasty_node_is_refused_after_its_short_lease() throws Exception {
    silent(hasty, "3 seconds");

    assertThat(await(store.membership.heartbeat(hasty))).isFalse();
  }

  @Test
  void a_duty_stays_with_a_patient_node_that_is_silent_for_longer_than_a_hasty_one_may_be()
      throws Exception {
    assertThat(holdsDuty(patient)).isTrue();
    silent(patient, "59 seconds");
    takeOver(hasty);

    assertThat(holdsDuty(hasty)).isFalse();
    assertThat(holdsDuty(patient)).isTrue();
  }

  @Test
  void a_hasty_node_takes_no_duty_after_its_short_lease() throws Exception {
    silent(hasty, "3 seconds");

    assertThat(holdsDuty(hasty)).isFalse();
  }

  @Test
  void what_a_silent_patient_node_reports_is_heard_for_as_long_as_it_may_act() throws Exception {
    silent(patient, "59 seconds");
    takeOver(hasty);

    assertThat(
            store.database.text(
                "SELECT heartbeat_at > '-infinity' FROM node WHERE id = '" + patient.node() + "'"))
        .isEqualTo("t");
  }

  @Test
  void a_node_that_comes_back_with_another_length_is_judged_by_the_new_one() throws Exception {
    NodeLease again = new NodeLease(patient.node(), SHORT, System::nanoTime);
    store.register(again, "patient no more");
    running(again);
    silent(again, "3 seconds");

    assertThat(takeOver(hasty)).isOne();
  }

  @Test
  void a_node_of_a_version_that_tells_no_length_is_judged_by_that_of_whoever_looks()
      throws Exception {
    running(patient);
    store.database.execute(
        "UPDATE node SET lease_millis = NULL WHERE id = '" + patient.node() + "'");
    silent(patient, "3 seconds");

    assertThat(takeOver(hasty)).isOne();
  }

  private NodeLease node(String name, Duration length) throws Exception {
    NodeLease lease = new NodeLease(new NodeId(UUID.randomUUID()), length, System::nanoTime);
    store.register(lease, name);
    return lease;
  }

  private void running(NodeLease node) throws Exception {
    store.job();
    store.running(node);
  }

  private int takeOver(NodeLease node) throws Exception {
    return await(store.membership.takeOver(node, 100));
  }

  private boolean holdsDuty(NodeLease node) throws Exception {
    return await(store.membership.holdDuty(node, "audit", Duration.ofHours(2)));
  }

  private void silent(NodeLease node, String interval) {
    store.database.execute(
        "UPDATE node SET heartbeat_at = heartbeat_at - interval '%s' WHERE id = '%s'"
            .formatted(interval, node.node()));
  }
}
