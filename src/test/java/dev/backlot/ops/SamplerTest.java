package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.SlotUse;
import dev.backlot.port.FakeBillDays;
import dev.backlot.port.Strays.Count;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private final PrometheusMeterRegistry registry = Metrics.registry();
  private final Sampler sampler = new Sampler(registry, () -> 0);

  @Test
  void jobs_are_counted_by_state_and_an_empty_state_is_zero() {
    sample(sampler.jobs(new FakeJobs(Map.of("queued", 7L, "running", 3L))));

    assertThat(lines("backlot_jobs_live"))
        .containsExactlyInAnyOrder(
            "backlot_jobs_live{state=\"queued\"} 7.0",
            "backlot_jobs_live{state=\"held\"} 0.0",
            "backlot_jobs_live{state=\"submitting\"} 0.0",
            "backlot_jobs_live{state=\"running\"} 3.0",
            "backlot_jobs_live{state=\"storing\"} 0.0");
    assertThat(lines("backlot_queue_depth")).containsExactly("backlot_queue_depth 7.0");
    assertThat(lines("backlot_jobs_overdue")).containsExactly("backlot_jobs_overdue 2.0");
  }

  @Test
  void slots_are_told_by_account_and_class() {
    sample(sampler.slots(new FakeSlots(List.of(new SlotUse("main", "v2-std", 3, 4, 5, null)))));

    assertThat(lines("backlot_slots"))
        .containsExactlyInAnyOrder(
            "backlot_slots_in_flight{account=\"main\",slot_class=\"v2-std\"} 3.0",
            "backlot_slots_ceiling{account=\"main\",slot_class=\"v2-std\"} 4.0",
            "backlot_slots_limit{account=\"main\",slot_class=\"v2-std\"} 5.0");
  }

  @Test
  void tasks_that_no_job_waits_for_are_told_by_kind_and_state() {
    sample(
        sampler.strays(
            new FakeStrays(
                List.of(new Count("detached", "open", 2), new Count("orphan", "succeeded", 1)))));

    assertThat(lines("backlot_strays"))
        .containsExactlyInAnyOrder(
            "backlot_strays{kind=\"detached\",state=\"open\"} 2.0",
            "backlot_strays{kind=\"orphan\",state=\"succeeded\"} 1.0");
  }

  @Test
  void what_the_bills_differ_by_and_when_that_was_looked_at_is_told_by_account() {
    Instant now = Instant.parse("2026-06-01T12:00:00Z");

    sample(sampler.bills(FakeBillDays.lookedAt(now.minusSeconds(90)), () -> now));

    assertThat(lines("backlot_reconciliation"))
        .containsExactlyInAnyOrder(
            "backlot_reconciliation_drift{account=\"main\",asset=\"video_unit\"} 1.5",
            "backlot_reconciliation_age_seconds{account=\"main\"} 90.0");
    assertThat(lines("backlot_calls_undecided"))
        .containsExactly("backlot_calls_undecided_age_seconds{account=\"main\"} 90.0");
  }

  @Test
  void credits_are_told_by_asset_and_role_without_a_tenant() {
    sample(sampler.credits(new FakeTotals(Map.of("spent", Credits.of("2.5")))));

    assertThat(lines("backlot_credits"))
        .containsExactlyInAnyOrder(
            "backlot_credits{asset=\"video_unit\",role=\"spent\"} 2.5",
            "backlot_credits{asset=\"image_unit\",role=\"spent\"} 2.5",
            "backlot_credits{asset=\"usd\",role=\"spent\"} 2.5",
            "backlot_credits{asset=\"cny\",role=\"spent\"} 2.5");
  }

  @Test
  void a_breaker_is_in_one_state() {
    sample(sampler.provider(FakeHealth.OPEN_AND_PARKED));

    assertThat(lines("backlot_breaker"))
        .containsExactlyInAnyOrder(
            "backlot_breaker{account=\"main\",guard=\"create\",state=\"closed\"} 0.0",
            "backlot_breaker{account=\"main\",guard=\"create\",state=\"half_open\"} 0.0",
            "backlot_breaker{account=\"main\",guard=\"create\",state=\"open\"} 1.0");
    assertThat(lines("backlot_account_parked"))
        .containsExactlyInAnyOrder(
            "backlot_account_parked{account=\"spare\",pack=\"\"} 1.0",
            "backlot_account_parked{account=\"third\",pack=\"image\"} 1.0");
  }

  @Test
  void the_lag_is_what_the_tail_has_not_read() {
    AtomicLong tail = new AtomicLong(90);
    sample(sampler.log(new FakeHead(100), tail::get));

    assertThat(lines("backlot_log"))
        .containsExactlyInAnyOrder("backlot_log_position 100.0", "backlot_log_tail_lag 10.0");
  }

  @Test
  void a_tail_ahead_of_the_last_sample_lags_by_nothing() {
    sample(sampler.log(new FakeHead(100), () -> 120));

    assertThat(lines("backlot_log_tail_lag")).containsExactly("backlot_log_tail_lag 0.0");
  }

  @Test
  void the_sockets_of_this_node_are_shown_from_memory() {
    sampler.sockets(() -> 3, () -> 4096, () -> 2);

    assertThat(lines("backlot_stream"))
        .containsExactlyInAnyOrder(
            "backlot_stream_sockets 3.0",
            "backlot_stream_waiting_bytes 4096.0",
            "backlot_stream_crowded_out_total 2.0");
  }

  @Test
  void whether_the_database_keeps_its_promise_is_told() {
    List<String> missing = new ArrayList<>();
    sample(sampler.durability(() -> Future.succeededFuture(List.copyOf(missing))));
    assertThat(lines("backlot_database_durable")).containsExactly("backlot_database_durable 1.0");

    missing.add("fsync is off");
    sample(sampler);

    assertThat(lines("backlot_database_durable")).containsExactly("backlot_database_durable 0.0");
  }

  @Test
  void what_large_bodies_hold_is_told_as_it_is_now() {
    AtomicLong taken = new AtomicLong(3);
    sampler.largeBodies(taken::get);
    taken.set(5);

    assertThat(lines("backlot_large_bodies")).containsExactly("backlot_large_bodies_bytes 5.0");
  }

  @Test
  void the_versions_of_the_catalog_in_force_are_told() {
    Catalog catalog = CatalogFiles.load();
    List<String> refused = new ArrayList<>();
    sample(sampler.catalog(() -> catalog, () -> refused.stream().findFirst()));
    assertThat(lines("backlot_catalog_info"))
        .containsExactly(
            "backlot_catalog_info{capabilities=\"%s\",prices=\"%s\"} 1"
                .formatted(catalog.version(), catalog.priceVersion()));
    assertThat(lines("backlot_catalog_refused")).containsExactly("backlot_catalog_refused 0.0");

    refused.add("no price");

    assertThat(lines("backlot_catalog_refused")).containsExactly("backlot_catalog_refused 1.0");
  }

  @Test
  void alerts_are_counted_and_leave_when_they_are_over() {
    FakeOpenAlerts alerts = FakeOpenAlerts.oneFiring();
    sample(sampler.alerts(alerts));
    assertThat(lines("backlot_alerts_open"))
        .containsExactly("backlot_alerts_open{rule=\"low_credit\",state=\"firing\"} 1.0");

    alerts.clear();
    sample(sampler);

    assertThat(lines("backlot_alerts_open")).isEmpty();
  }

  @Test
  void the_cluster_is_asked_on_every_scrape() {
    AtomicInteger members = new AtomicInteger(2);
    sampler.cluster(members::get, () -> 5);
    assertThat(lines("backlot_cluster_members")).containsExactly("backlot_cluster_members 2.0");

    members.set(1);

    assertThat(lines("backlot_cluster_members")).containsExactly("backlot_cluster_members 1.0");
    assertThat(lines("backlot_cluster_registrations"))
        .containsExactly("backlot_cluster_registrations 5.0");
  }

  @Test
  void the_lease_is_told_without_a_sample() {
    AtomicLong ticker = new AtomicLong();
    NodeLease lease =
        new NodeLease(new NodeId(new UUID(0, 1)), Duration.ofSeconds(10), ticker::get);
    lease.renewed(1, 0);
    sampler.lease(lease);
    assertThat(lines("backlot_lease_held")).containsExactly("backlot_lease_held 1.0");

    ticker.set(Duration.ofSeconds(11).toNanos());

    assertThat(lines("backlot_lease_held")).containsExactly("backlot_lease_held 0.0");
  }

  @Test
  void a_failing_sample_is_counted_and_the_others_are_taken() {
    sampler.jobs(new FakeJobs(null)).log(new FakeHead(5), () -> 5);

    sample(sampler);

    assertThat(lines("backlot_sample_failures_total"))
        .containsExactly("backlot_sample_failures_total 1.0");
    assertThat(lines("backlot_log_position")).containsExactly("backlot_log_position 5.0");
  }

  private List<String> lines(String name) {
    return MetricText.lines(registry, name);
  }

  /** Every fake answers at once. */
  private static void sample(Sampler sampler) {
    assertThat(sampler.runOnce().succeeded()).isTrue();
  }
}
