package dev.backlot.alerting;

import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.port.Alerts;
import dev.backlot.port.FakeBillDays;
import dev.backlot.port.GivenUpWebhooks.GivenUp;
import dev.backlot.store.PgAlerts;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes that evaluate on one database, of which the first is paused or dies in the middle. */
class EvaluatorTakeOverTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final List<GivenUp> DISABLED =
      List.of(new GivenUp("studio", null, 1, DisabledReason.GONE, StoreFixture.NOW));

  private final Queue<Alert> told = new ConcurrentLinkedQueue<>();
  private final Queue<Alert> posted = new ConcurrentLinkedQueue<>();
  private Instant now = StoreFixture.NOW;
  private StoreFixture store;
  private PgAlerts alerts;
  private Evaluator first;
  private Evaluator second;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    alerts = new PgAlerts(store.vertx, store.database.pool(), new Random(1));
    first = new Evaluator("first");
    second = new Evaluator("second");
    first.sees(DISABLED);
    first.takeDuty();
    await(first.pass());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void an_evaluator_that_was_paused_resolves_nothing_late_and_tells_nobody() throws Exception {
    first.sees(List.of());
    for (int n = 0; n < 4; n++) {
      now = now.plusSeconds(15);
      await(first.pass());
    }
    now = now.plusSeconds(15);
    Promise<List<GivenUp>> paused = first.pauses();
    Future<List<Alert>> late = first.pass();
    store.database.execute("UPDATE node SET heartbeat_at = '-infinity' WHERE name = 'first'");
    second.sees(DISABLED);
    second.takeDuty();
    await(second.pass());

    paused.complete(List.of());

    assertThat(await(late)).isEmpty();
    assertThat(told).extracting(Alert::state).containsExactly(AlertState.FIRING);
    assertThat(await(alerts.open())).extracting(Alert::state).containsExactly(AlertState.FIRING);
  }

  @Test
  void what_a_node_commits_before_it_dies_is_posted_once_by_another() throws Exception {
    await(second.courier().runOnce());
    await(first.courier().runOnce());
    now = now.plusSeconds(3_600);
    await(second.courier().runOnce());

    assertThat(posted).singleElement().extracting(Alert::state).isEqualTo(AlertState.FIRING);
  }

  /** One node, all of whose rules but one have nothing to see. */
  private final class Evaluator {
    private final NodeLease lease;
    private final AlertEngine engine;
    private Future<List<GivenUp>> webhooks = Future.succeededFuture(List.of());

    Evaluator(String name) throws Exception {
      lease = store.node(name);
      AlertInputs inputs =
          new AlertInputs(
              new FakeReports(new FakeHealth()),
              new FakeLedger(),
              new FakeOrphans(),
              new FakeBillDays(),
              new FakeOutcomes(),
              most -> webhooks);
      engine =
          new AlertEngine(
              AlertEngineTest.CONFIG,
              inputs,
              alerts,
              alert -> {
                told.add(alert);
                return Future.succeededFuture();
              },
              UUID::randomUUID,
              () -> now,
              rule -> {});
    }

    void sees(List<GivenUp> givenUp) {
      webhooks = Future.succeededFuture(givenUp);
    }

    Promise<List<GivenUp>> pauses() {
      Promise<List<GivenUp>> answer = Promise.promise();
      webhooks = answer.future();
      return answer;
    }

    void takeDuty() throws Exception {
      Duration keep = AlertEngineTest.CONFIG.dutyDuration();
      assertThat(await(store.membership.holdDuty(lease, Alerts.DUTY, keep))).isTrue();
    }

    Future<List<Alert>> pass() {
      return engine.runOnce(lease, Promise.promise().future());
    }

    AlertCourier courier() {
      return new AlertCourier(
          alerts,
          alert -> {
            posted.add(alert);
            return Future.succeededFuture();
          },
          TIMEOUT,
          () -> now);
    }
  }
}
