package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.SLOT_CLASS;
import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Dispatches.Claims;
import dev.backlot.port.Dispatches.Planner;
import dev.backlot.port.Dispatches.SlotLimit;
import dev.backlot.port.Endings.Refilled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that only one account of their pool can carry, beside one that can carry the others. */
class OtherAccountTest {
  private static final String OTHER = "account-b";

  private final Set<JobId> picky = new HashSet<>();
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
  void a_job_that_waits_for_its_account_leaves_the_slots_of_another_to_those_behind_it()
      throws Exception {
    slots(0, 1);
    picky(1);
    List<JobId> any = store.jobs(store.tenant, 2);

    assertThat(claim()).containsExactly(any.get(0));
  }

  @Test
  void a_job_that_was_looked_behind_is_the_first_when_a_slot_of_its_account_comes_free()
      throws Exception {
    slots(0, 1);
    List<JobId> picky = picky(1);
    store.jobs(store.tenant, 2);
    claim();

    slots(1, 1);

    assertThat(claim()).containsExactlyElementsOf(picky);
  }

  @Test
  void the_transaction_that_frees_the_slot_gives_it_to_that_job() throws Exception {
    slots(1, 1);
    picky(2);
    store.jobs(store.tenant, 2);
    AttemptRef running = store.accepted(at(ACCOUNT, claims()));
    claims();

    Refilled refilled =
        await(
            store.endings.finishAndRefill(
                List.of(succeeded(running, "5")), CancelPolicy.DISCARD, claiming(), NOW));

    assertThat(picky).contains(at(ACCOUNT, refilled.claims()).ref().job());
  }

  @Test
  void when_a_claim_has_filled_one_account_another_claim_is_worth_while_for_the_other()
      throws Exception {
    slots(1, 1);
    picky(3);
    List<JobId> any = store.jobs(store.tenant, 1);

    Claims first = claims();

    assertThat(first.attempts()).hasSize(1);
    assertThat(await(first.more())).isTrue();
    assertThat(claim()).containsExactlyElementsOf(any);
  }

  @Test
  void what_stands_behind_hundreds_that_wait_for_another_account_is_found_in_the_end()
      throws Exception {
    slots(0, 1);
    List<JobId> waiting = picky(700);
    List<JobId> any = store.jobs(store.tenant, 1);
    List<JobId> claimed = new ArrayList<>();

    for (int pass = 0; pass < 10 && claimed.isEmpty(); pass++) {
      claimed.addAll(claim());
    }

    assertThat(claimed).containsExactlyElementsOf(any);
    slots(1, 1);
    assertThat(claim()).as("the first one kept its place").containsExactly(waiting.get(0));
  }

  @Test
  void the_job_of_a_tenant_behind_dozens_whose_jobs_wait_for_another_account_is_found()
      throws Exception {
    slots(0, 1);
    List<JobId> first = picky(store.store.tenant("tenant-0", "1000"));
    for (int tenant = 1; tenant < 60; tenant++) {
      picky(store.store.tenant("tenant-" + tenant, "1000"));
    }
    store.database.execute("UPDATE lane SET tag = -1000");
    store.database.execute(
        "UPDATE lane SET tag = -2000 WHERE tenant_id ="
            + " (SELECT tenant_id FROM job WHERE id = '"
            + first.get(0)
            + "')");
    List<JobId> any = store.jobs(store.tenant, 1);

    assertThat(claimWhileMore()).containsExactlyElementsOf(any);
    slots(1, 1);
    assertThat(claim()).as("the first one kept its place").containsExactlyElementsOf(first);
  }

  @Test
  void what_stands_in_a_batch_behind_dozens_that_wait_for_another_account_is_found()
      throws Exception {
    slots(0, 1);
    picky(30);
    // As if each were of a batch of its own.
    store.database.execute(
        "INSERT INTO batch_lane (pool_id, slot_class, tenant_id, batch_id, tag)"
            + " SELECT pool_id, slot_class, tenant_id, id, -1000 FROM job");
    store.database.execute("UPDATE job SET batch_id = id, batch_item = 0");
    List<JobId> any = store.jobs(store.tenant, 1);

    assertThat(claimWhileMore()).containsExactlyElementsOf(any);
  }

  private List<JobId> picky(TenantId owner) throws Exception {
    List<JobId> jobs = store.jobs(owner, 1);
    picky.addAll(jobs);
    return jobs;
  }

  /** Pass by pass, as long as each says that another is worth while at once. */
  private List<JobId> claimWhileMore() throws Exception {
    List<JobId> claimed = new ArrayList<>();
    boolean more = true;
    for (int pass = 0; pass < 50 && more; pass++) {
      Claims claims = claims();
      claimed.addAll(jobs(claims));
      more = await(claims.more());
    }
    return claimed;
  }

  @Test
  void a_job_that_no_account_can_carry_is_passed_over_as_before() throws Exception {
    slots(0, 1);
    JobId stuck = store.job();
    List<JobId> any = store.jobs(store.tenant, 1);
    Planner planner = planner(stuck);

    await(claims(planner).more());

    assertThat(store.database.text("SELECT due FROM job WHERE id = '" + stuck + "'"))
        .isEqualTo("f");
    assertThat(jobs(claims(planner))).containsExactlyElementsOf(any);
  }

  /** The first account may be full, or have these slots free. */
  private void slots(int free, int others) throws Exception {
    await(
        store.dispatches.configureSlots(
            List.of(
                new SlotLimit(POOL, ACCOUNT, SLOT_CLASS, 5),
                new SlotLimit(POOL, OTHER, SLOT_CLASS, others)),
            NOW.minusSeconds(60)));
    store.database.execute(
        "UPDATE slot SET ceiling = in_flight + " + free + " WHERE account_id = '" + ACCOUNT + "'");
  }

  private List<JobId> picky(int count) throws Exception {
    List<JobId> jobs = store.jobs(store.tenant, count);
    picky.addAll(jobs);
    return jobs;
  }

  private List<JobId> claim() throws Exception {
    return jobs(claims());
  }

  private Claims claims() throws Exception {
    return claims(planner(null));
  }

  private Claims claims(Planner planner) throws Exception {
    return await(
        store.dispatches.claim(
            node, List.of(POOL), List.of(ACCOUNT, OTHER), List.of(), 10, planner, NOW));
  }

  private Claiming claiming() {
    return new Claiming(node, List.of(POOL), List.of(ACCOUNT, OTHER), List.of(), 10, planner(null));
  }

  private static List<JobId> jobs(Claims claims) {
    return claims.attempts().stream().map(each -> each.ref().job()).toList();
  }

  private static Claimed at(String account, Claims claims) {
    return claims.attempts().stream()
        .filter(each -> each.ref().account().equals(account))
        .findFirst()
        .orElseThrow();
  }

  /** First come, first served; picky ones at the first account only, the others at the other. */
  private Planner planner(@Nullable JobId stuck) {
    return new Planner() {
      @Override
      public List<PlannedAttempt> apply(List<QueuedJob> jobs, List<FreeSlots> slots) {
        Map<String, Integer> free = new HashMap<>();
        slots.forEach(each -> free.put(each.account(), each.free()));
        List<PlannedAttempt> planned = new ArrayList<>();
        for (QueuedJob job : jobs) {
          String account = picky.contains(job.id()) ? ACCOUNT : OTHER;
          if (!job.id().equals(stuck) && free.merge(account, -1, Integer::sum) >= 0) {
            planned.add(store.attempt(job, account, "{}"));
          }
        }
        return planned;
      }

      @Override
      public boolean mayGo(QueuedJob job, String account) {
        return job.id().equals(stuck) || account.equals(OTHER) != picky.contains(job.id());
      }

      @Override
      public boolean mayPlanLater(QueuedJob job) {
        return !job.id().equals(stuck);
      }
    };
  }
}
