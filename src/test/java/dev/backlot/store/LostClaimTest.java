package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.store.CuttingProxy.Cut;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection to the database dies at the commit of a claim. */
class LostClaimTest {
  private static final int JOBS = 3;

  private final StoreFixture fixture = new StoreFixture();
  private NodeLease node;
  private List<JobId> jobs;

  @BeforeEach
  void queueJobs() throws Exception {
    fixture.slots(10);
    node = fixture.node("a");
    jobs = fixture.jobs(fixture.tenant, JOBS);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_claim_whose_commit_answer_is_lost_is_undone(Cut cut) throws Exception {
    assertThat(Store.failure(claimThrough(cut))).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);

    assertNothingIsClaimed();
  }

  @ParameterizedTest
  @EnumSource
  void what_was_undone_is_claimed_again_by_the_next_pass(Cut cut) throws Exception {
    Store.failure(claimThrough(cut));

    List<Claimed> claimed = fixture.claim(node, JOBS);

    assertThat(claimed)
        .extracting(each -> each.ref().job())
        .containsExactlyInAnyOrderElementsOf(jobs);
    assertThat(claimed).allSatisfy(each -> assertThat(each.jobAttempts()).isZero());
    assertThat(fixture.inFlight()).isEqualTo(JOBS);
  }

  @Test
  void a_commit_that_is_still_under_way_is_waited_for() throws Exception {
    List<Cut> cuts = new CopyOnWriteArrayList<>();
    PgDispatches dispatches = through(cuts);
    // A connection that knows the statements sends them all at once, with the commit.
    for (Claimed known : await(claim(dispatches))) {
      fixture.record(StoreFixture.backToQueue(known.ref(), Closing.UNSENT, false));
    }
    cuts.add(Cut.DURING_COMMIT);
    Future<List<Claimed>> claim;
    try (Connection other = fixture.database.owner();
        Statement statement = other.createStatement()) {
      // Holds the claim at the append of its events, with its commit right behind.
      statement.execute("SELECT pg_advisory_lock(1)");
      claim = claim(dispatches);
      awaitLockWait("advisory");
      awaitLockWait("transactionid");
    }

    assertThat(Store.failure(claim)).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    assertNothingIsClaimed();
  }

  @Test
  void what_cannot_be_undone_comes_back_as_unresolved() throws Exception {
    List<Cut> cuts = new ArrayList<>(Collections.nCopies(100, Cut.BEFORE_COMMIT));
    cuts.set(0, Cut.AFTER_COMMIT);

    Store.failure(claimThrough(cuts.toArray(Cut[]::new)));

    assertThat(await(fixture.dispatches.unresolved(node, NOW.plusSeconds(1), JOBS)))
        .extracting(each -> each.ref().job())
        .containsExactlyInAnyOrderElementsOf(jobs);
  }

  private Future<List<Claimed>> claimThrough(Cut... cuts) {
    return claim(through(List.of(cuts)));
  }

  private Future<List<Claimed>> claim(PgDispatches dispatches) {
    return dispatches
        .claim(node, List.of(POOL), List.of(ACCOUNT), List.of(), JOBS, fixture::plan, NOW)
        .map(Dispatches.Claims::attempts);
  }

  private PgDispatches through(List<Cut> cuts) {
    int port = fixture.database.config().port();
    CuttingProxy proxy = CuttingProxy.start(fixture.vertx, port, cuts);
    Pool pool =
        Pools.create(
            fixture.vertx, fixture.database.config().withPort(proxy.port()), "backlot test");
    return new PgDispatches(fixture.vertx, pool, new Random(1));
  }

  /** Returns once a connection waits for such a lock. */
  private void awaitLockWait(String type) {
    Instant patience = Instant.now().plusSeconds(20);
    while (count("pg_locks WHERE NOT granted AND locktype = '" + type + "'") == 0) {
      assertThat(Instant.now()).as("nobody waits for a lock: " + type).isBefore(patience);
    }
  }

  private void assertNothingIsClaimed() {
    assertThat(jobs).allSatisfy(job -> assertThat(fixture.state(job)).isEqualTo("queued"));
    assertThat(fixture.inFlight()).isZero();
    assertThat(count("attempt WHERE closed_at IS NULL")).isZero();
    assertThat(count("attempt WHERE state <> 'unsent' OR counted")).isZero();
    assertThat(fixture.store.violations()).isEmpty();
  }

  private long count(String from) {
    return fixture.database.number("SELECT count(*) FROM " + from);
  }
}
