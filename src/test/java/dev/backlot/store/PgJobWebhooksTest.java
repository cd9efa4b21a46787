package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.WebhookFixture.NOW;
import static dev.backlot.store.WebhookFixture.delivered;
import static dev.backlot.store.WebhookFixture.served;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointChange;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.port.JobWebhooks.Address;
import dev.backlot.port.JobWebhooks.Kept;
import dev.backlot.port.Retention.Kind;
import dev.backlot.port.WebhookQueue.Claimed;
import dev.backlot.port.WebhookQueue.Planned;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The addresses that jobs name for their own events. */
class PgJobWebhooksTest {
  private static final String URL = "https://hooks.example.com/job?n=";
  private static final String ORIGIN = "https://kling.example.com";
  private static final String DONE = "job.succeeded";

  private WebhookFixture hooks;
  private PgRetention retention;

  @BeforeEach
  void open() throws Exception {
    hooks = new WebhookFixture();
    retention = new PgRetention(hooks.store.vertx, hooks.store.database.pool(), new Random(4));
    await(hooks.jobWebhooks.rotate(hooks.tenant, "sealed", "public", NOW, NOW));
  }

  @AfterEach
  void close() throws Exception {
    assertThat(hooks.countsRight()).isTrue();
    hooks.close();
  }

  @Test
  void an_address_is_one_endpoint_however_many_jobs_name_it() throws Exception {
    EndpointId first = keep(URL + 1);

    assertThat(keep(URL + 1)).isEqualTo(first);
    assertThat(keep(URL + 2)).isNotEqualTo(first);
  }

  @Test
  void however_many_name_the_same_addresses_at_once_each_is_kept_once() throws Exception {
    List<Future<Kept>> all = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      all.add(keeping(hooks.tenant, 100, n % 2 == 0 ? new int[] {1, 2, 3} : new int[] {3, 2, 1}));
    }
    await(Future.all(all));

    assertThat(all).extracting(each -> each.result().endpoints()).containsOnly(kept(all.get(0)));
    assertThat(kept(all.get(0))).hasSize(3);
  }

  @Test
  void without_keys_to_sign_with_no_address_is_kept() throws Exception {
    TenantId other = hooks.store.store.tenant("other", "1000");

    assertThat(await(keeping(other, 100, 1))).isEqualTo(new Kept(Map.of(), false));
    assertThat(endpoints()).isZero();
  }

  @Test
  void new_addresses_beyond_the_bound_are_refused_and_those_in_use_are_not() throws Exception {
    await(keeping(hooks.tenant, 2, 1, 2));

    assertThat(kept(keeping(hooks.tenant, 2, 3))).isEmpty();
    assertThat(kept(keeping(hooks.tenant, 2, 1, 2))).hasSize(2);
    assertThat(endpoints()).isEqualTo(2);
  }

  @Test
  void however_many_take_the_last_place_at_once_one_gets_it() throws Exception {
    List<Future<Kept>> all = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      all.add(keeping(hooks.tenant, 1, n));
    }
    await(Future.all(all));

    assertThat(endpoints()).isEqualTo(1);
  }

  @Test
  void another_tenants_address_is_another_endpoint() throws Exception {
    TenantId other = hooks.store.store.tenant("other", "1000");
    await(hooks.jobWebhooks.rotate(other, "theirs", "public", NOW, NOW));

    assertThat(kept(keeping(other, 100, 1))).doesNotContainValue(keep(URL + 1));
  }

  @Test
  void the_wanted_events_of_the_job_become_deliveries_and_those_of_no_other_job() throws Exception {
    JobId job = jobTelling(1, DONE);
    hooks.jobs(1);
    event(job, 2, "job.running");
    event(job, 3, DONE);

    assertThat(hooks.plan()).isEqualTo(new Planned(4, 1, 0));

    Claimed claimed = hooks.claimOne();
    assertThat(claimed.endpoint().forJobs()).isTrue();
    assertThat(claimed.endpoint().url()).isEqualTo(URL + 1);
    assertThat(Objects.requireNonNull(claimed.endpoint().keys()).current()).isEqualTo("sealed");
    assertThat(claimed.fresh()).extracting(Delivery::job).containsExactly(job);
    assertThat(claimed.fresh()).extracting(Delivery::type).containsExactly(DONE);
  }

  @Test
  void an_address_that_is_told_tasks_needs_no_keys() throws Exception {
    TenantId other = hooks.store.store.tenant("other", "1000");
    Address address = new Address(URL + 1, ORIGIN);

    Kept kept =
        await(
            hooks.jobWebhooks.keep(
                other, Map.of(address, new EndpointId(UUID.randomUUID())), 100, NOW));

    EndpointId id = Objects.requireNonNull(kept.endpoints().get(address));
    Endpoint endpoint = await(hooks.webhooks.find(other, id)).orElseThrow();
    assertThat(endpoint.origin()).isEqualTo(ORIGIN);
    assertThat(endpoint.keys()).isNull();
    assertThat(endpoint.forJobs()).isTrue();
  }

  @Test
  void what_is_told_at_an_address_and_from_where_makes_it_another_endpoint() throws Exception {
    EndpointId events = keep(URL + 1);
    EndpointId tasks = keep(new Address(URL + 1, ORIGIN));

    assertThat(tasks).isNotEqualTo(events).isEqualTo(keep(new Address(URL + 1, ORIGIN)));
    assertThat(keep(new Address(URL + 1, "http://elsewhere"))).isNotEqualTo(tasks);
    assertThat(endpoint(tasks).keys()).isNotNull();
    assertThat(endpoint(events).isToldTasks()).isFalse();
  }

  @Test
  void of_a_task_each_status_that_its_client_sees_is_told_once() throws Exception {
    JobId job = jobToldAsTask();
    event(job, 2, "job.submitting");
    event(job, 3, "job.held");
    event(job, 4, "job.queued");
    assertThat(hooks.plan().deliveries()).isEqualTo(1);
    event(job, 5, "job.running");
    event(job, 6, "job.queued");
    event(job, 7, "job.running");
    assertThat(hooks.plan().deliveries()).isEqualTo(1);
    event(job, 8, "job.queued");
    event(job, 9, "job.running");
    event(job, 10, "job.expired");
    assertThat(hooks.plan().deliveries()).isEqualTo(1);

    assertThat(hooks.claimOne().fresh())
        .extracting(each -> each.jobVersion() + " " + each.type())
        .containsExactly("1 job.queued", "5 job.running", "10 job.expired");
  }

  @Test
  void what_a_task_has_missed_is_told_once_as_well() throws Exception {
    JobId job = jobToldAsTask();
    Endpoint endpoint = endpoint(keep(new Address(URL + 1, ORIGIN)));
    await(hooks.webhooks.change(hooks.tenant, endpoint.id(), enabled(false), NOW));
    event(job, 2, "job.running");
    event(job, 3, "job.queued");
    event(job, 4, "job.running");
    hooks.plan();

    await(
        hooks.webhooks.resume(hooks.tenant, endpoint.id(), enabled(true), Instant.EPOCH, 100, NOW));

    assertThat(hooks.claimOne().fresh())
        .extracting(each -> each.jobVersion() + " " + each.type())
        .containsExactly("1 job.queued", "2 job.running");
  }

  @Test
  void an_older_status_that_had_failed_is_outdated_once_a_newer_one_has_arrived() throws Exception {
    JobId job = jobToldAsTask();
    hooks.plan();
    hooks.release(served(hooks.claimOne(), DeliveryState.PENDING, NOW.plusSeconds(60), null));
    event(job, 2, "job.running");
    hooks.plan();

    hooks.release(delivered(hooks.claimOne()));

    Endpoint endpoint = endpoint(keep(new Address(URL + 1, ORIGIN)));
    assertThat(hooks.count(endpoint, "outdated")).isEqualTo(1);
    assertThat(hooks.count(endpoint, "delivered")).isEqualTo(1);
    assertThat(endpoint.waiting()).isZero();
  }

  @Test
  void an_event_that_had_failed_is_told_behind_a_newer_one() throws Exception {
    JobId job = jobTelling(1, "job.queued", "job.running");
    hooks.plan();
    hooks.release(served(hooks.claimOne(), DeliveryState.PENDING, NOW.plusSeconds(60), null));
    event(job, 2, "job.running");
    hooks.plan();

    hooks.release(delivered(hooks.claimOne()));

    assertThat(hooks.count(endpoint(keep(URL + 1)), "pending")).isEqualTo(1);
  }

  @Test
  void a_webhook_of_the_tenant_is_told_as_well() throws Exception {
    hooks.endpoint(DONE);
    event(jobTelling(1, DONE), 2, DONE);

    assertThat(hooks.plan().deliveries()).isEqualTo(2);
    assertThat(hooks.claim()).hasSize(2);
  }

  /** A node of the version before moves the only position that it knows. */
  @Test
  void events_that_an_older_node_has_planned_are_told_all_the_same() throws Exception {
    event(jobTelling(1, DONE), 2, DONE);
    hooks.store.database.execute(
        "UPDATE webhook_position SET position = (SELECT max(position) FROM event)");

    assertThat(hooks.plan().deliveries()).isEqualTo(1);
  }

  @Test
  void an_address_is_in_use_until_its_jobs_have_ended_and_been_told() throws Exception {
    JobId job = jobTelling(1, DONE);
    assertThat(remove(Kind.IDLE_WEBHOOK_ADDRESSES)).isZero();
    event(job, 2, DONE);
    hooks.plan();
    assertThat(remove(Kind.IDLE_WEBHOOK_ADDRESSES)).isZero();
    hooks.release(delivered(hooks.claimOne()));

    assertThat(remove(Kind.IDLE_WEBHOOK_ADDRESSES)).isEqualTo(1);

    assertThat(kept(keeping(hooks.tenant, 1, 2))).hasSize(1);
    assertThat(kept(keeping(hooks.tenant, 1, 1))).isEmpty();
    assertThat(kept(keeping(hooks.tenant, 2, 1))).hasSize(1);
  }

  @Test
  void what_was_kept_for_jobs_goes_after_them() throws Exception {
    event(jobTelling(1, DONE), 2, DONE);
    hooks.plan();
    hooks.release(delivered(hooks.claimOne()));
    assertThat(remove(Kind.WEBHOOK_ENDPOINTS)).isZero();

    assertThat(remove(Kind.WEBHOOK_DELIVERIES)).isEqualTo(1);
    assertThat(remove(Kind.WEBHOOK_ENDPOINTS)).isZero();
    assertThat(remove(Kind.JOB_WEBHOOKS)).isEqualTo(1);

    assertThat(remove(Kind.WEBHOOK_ENDPOINTS)).isEqualTo(1);
    assertThat(endpoints()).isZero();
  }

  @Test
  void an_address_that_was_asked_for_today_waits_for_its_job() throws Exception {
    keep(URL + 1);

    assertThat(await(retention.remove(Kind.WEBHOOK_ENDPOINTS, NOW, 100))).isZero();
    assertThat(remove(Kind.WEBHOOK_ENDPOINTS)).isEqualTo(1);
  }

  @Test
  void a_job_brings_an_address_back_that_was_given_up_but_not_one_that_is_paused()
      throws Exception {
    event(jobTelling(1, DONE), 2, DONE);
    event(jobTelling(2, DONE), 2, DONE);
    hooks.plan();
    for (Claimed claimed : hooks.claim()) {
      hooks.release(served(claimed, DeliveryState.FAILED, null, DisabledReason.GONE));
    }
    Endpoint paused = endpoint(keep(URL + 3));
    await(hooks.webhooks.change(hooks.tenant, paused.id(), enabled(false), NOW));

    assertThat(endpoint(keep(URL + 1)).isEnabled()).isTrue();
    assertThat(endpoint(keep(URL + 3)).disabledReason()).isEqualTo(DisabledReason.PAUSED);
  }

  @Test
  void a_job_that_is_not_stored_leaves_nothing_of_its_webhook() throws Exception {
    hooks.store.database.execute("UPDATE balance SET available = 0, spent = spent + available");

    jobTelling(1, DONE);

    assertThat(hooks.store.database.number("SELECT count(*) FROM job_webhook")).isZero();
  }

  @Test
  void those_for_jobs_are_not_among_the_webhooks_of_a_tenant() throws Exception {
    EndpointId id = keep(URL + 1);

    assertThat(await(hooks.webhooks.list(hooks.tenant))).isEmpty();
    assertThat(endpoint(id).forJobs()).isTrue();
    assertThat(await(hooks.webhooks.rotate(hooks.tenant, id, "new", "new", NOW, NOW))).isEmpty();
  }

  @Test
  void a_rotation_keeps_the_former_keys_for_a_while() throws Exception {
    Instant until = NOW.plus(Duration.ofDays(1));
    await(hooks.jobWebhooks.rotate(hooks.tenant, "newer", "newer public", until, NOW));

    assertThat(await(hooks.jobWebhooks.keys(hooks.tenant)))
        .contains(new EndpointKeys("newer", "newer public", "sealed", until));
    assertThat(Objects.requireNonNull(endpoint(keep(URL + 1)).keys()).previous())
        .isEqualTo("sealed");
  }

  private EndpointId keep(String url) throws Exception {
    return keep(new Address(url, null));
  }

  private EndpointId keep(Address address) throws Exception {
    Map<Address, EndpointId> fresh = Map.of(address, new EndpointId(UUID.randomUUID()));
    return Objects.requireNonNull(
        await(hooks.jobWebhooks.keep(hooks.tenant, fresh, 100, NOW)).endpoints().get(address));
  }

  private Future<Kept> keeping(TenantId tenant, int most, int... numbers) {
    Map<Address, EndpointId> fresh = new LinkedHashMap<>();
    for (int number : numbers) {
      fresh.put(new Address(URL + number, null), new EndpointId(UUID.randomUUID()));
    }
    return hooks.jobWebhooks.keep(tenant, fresh, most, NOW);
  }

  private static Map<Address, EndpointId> kept(Future<Kept> keeping) throws Exception {
    return await(keeping).endpoints();
  }

  private JobId jobToldAsTask() throws Exception {
    Set<String> told = new HashSet<>(EventTypes.ENDS);
    told.addAll(List.of("job.queued", "job.running"));
    EndpointId endpoint = keep(new Address(URL + 1, ORIGIN));
    return hooks.store.jobTelling(new JobWebhook(URL + 1, told, ORIGIN, endpoint.value()));
  }

  private JobId jobTelling(int number, String... events) throws Exception {
    EndpointId endpoint = keep(URL + number);
    return hooks.store.jobTelling(new JobWebhook(URL + number, Set.of(events), endpoint.value()));
  }

  private void event(JobId job, int version, String type) {
    hooks.store.database.execute(
        """
        SELECT pg_advisory_xact_lock(1);
        INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
          VALUES ('%s', '%s', %d, '%s', now(), '{}')"""
            .formatted(hooks.tenant, job, version, type));
  }

  private Endpoint endpoint(EndpointId id) throws Exception {
    return await(hooks.webhooks.find(hooks.tenant, id)).orElseThrow();
  }

  private static EndpointChange enabled(boolean wanted) {
    return new EndpointChange(null, null, null, wanted);
  }

  private long endpoints() {
    return hooks.store.database.number("SELECT count(*) FROM webhook_endpoint");
  }

  /** Everything of the past two days has become old. */
  private int remove(Kind kind) throws Exception {
    return await(retention.remove(kind, NOW.plus(Duration.ofDays(2)), 100));
  }
}
