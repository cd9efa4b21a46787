package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Endings.Refilled;
import dev.backlot.store.CuttingProxy.Cut;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection to the database dies at the commit of an ending that lets another job start. */
class LostRefillTest {
  private final StoreFixture fixture = new StoreFixture();
  private NodeLease node;
  private AttemptRef ended;
  private JobId next;

  @BeforeEach
  void oneRunsAndOneWaits() throws Exception {
    fixture.slots(1);
    node = fixture.node("a");
    List<JobId> jobs = fixture.jobs(fixture.tenant, 2);
    ended = fixture.running(node);
    next = jobs.get(ended.job().equals(jobs.get(0)) ? 1 : 0);
  }

  @AfterEach
  void close() throws Exception {
    assertThat(fixture.store.violations()).isEmpty();
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource
  void what_may_have_been_claimed_is_undone_whether_or_not_the_job_has_ended(Cut cut)
      throws Exception {
    assertThat(Store.failure(refillThrough(cut))).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);

    boolean hasEnded = fixture.state(ended.job()).equals("succeeded");
    assertThat(fixture.state(next)).isEqualTo("queued");
    assertThat(fixture.inFlight()).isEqualTo(hasEnded ? 0 : 1);
    assertThat(
            fixture.database.number(
                "SELECT count(*) FROM attempt WHERE job_id = '%s' AND state <> 'unsent'"
                    .formatted(next)))
        .isZero();
  }

  @ParameterizedTest
  @EnumSource
  void the_end_comes_once_and_the_next_job_starts_once(Cut cut) throws Exception {
    Store.failure(refillThrough(cut));

    List<Claimed> claimed = fixture.refill(node, succeeded(ended, null)).claims().attempts();
    claimed = claimed.isEmpty() ? fixture.claim(node, 10) : claimed;

    assertThat(claimed).extracting(each -> each.ref().job()).containsExactly(next);
    assertThat(fixture.transfers(ended.job())).isEqualTo("reserve 5, settle 5");
    assertThat(fixture.inFlight()).isOne();
  }

  private Future<Refilled> refillThrough(Cut cut) {
    int port = fixture.database.config().port();
    CuttingProxy proxy = CuttingProxy.start(fixture.vertx, port, List.of(cut));
    Pool pool =
        Pools.create(
            fixture.vertx, fixture.database.config().withPort(proxy.port()), "backlot test");
    return new PgEndings(fixture.vertx, pool, new Random(1))
        .finishAndRefill(
            List.of(succeeded(ended, null)), CancelPolicy.KEEP, fixture.whatFits(node), NOW);
  }
}
