package dev.backlot.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.NodeReports.Report;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReporterTest {
  private final FakeHealth health = new FakeHealth();
  private final FakeReports reports = new FakeReports(health);
  private final NodeLease lease =
      new NodeLease(new NodeId(new UUID(0, 1)), Duration.ofSeconds(10), () -> 0);
  private String offer = FakeReports.OFFER;
  private final Reporter reporter = new Reporter(reports, health, () -> offer, lease);

  @BeforeEach
  void join() {
    lease.renewed(1, 0);
  }

  @Test
  void the_same_is_said_once() {
    reporter.runOnce();
    reporter.runOnce();

    assertThat(reports.said()).containsExactly(Report.of(health, offer));
  }

  @Test
  void a_change_is_said() {
    reporter.runOnce();
    health.create("open");
    reporter.runOnce();

    assertThat(reports.said()).hasSize(2);
    assertThat(reports.said().get(1)).isEqualTo(Report.of(health, offer));
  }

  @Test
  void another_catalog_is_said() {
    reporter.runOnce();
    offer = "fedcba9876543210";
    reporter.runOnce();

    assertThat(reports.said().get(1).offer()).isEqualTo("fedcba9876543210");
  }

  @Test
  void a_node_that_joins_again_says_it_again() {
    reporter.runOnce();
    lease.renewed(2, 0);
    reporter.runOnce();

    assertThat(reports.said()).hasSize(2);
  }

  @Test
  void what_was_not_written_is_said_again() {
    reports.loseLease();
    reporter.runOnce();
    reporter.runOnce();

    assertThat(reports.said()).hasSize(2);
  }

  @Test
  void a_node_without_a_lease_says_nothing() {
    lease.lost();
    reporter.runOnce();

    assertThat(reports.said()).isEmpty();
  }
}
