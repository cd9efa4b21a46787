package dev.backlot.batch;

import static dev.backlot.batch.BatchServer.CONFIG;
import static dev.backlot.batch.BatchServer.batch;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.store.PgMembership;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node that died in the middle has left, another one finishes. */
class BatchDutyTest {
  private BatchServer server;
  private PgMembership membership;

  @BeforeEach
  void start() throws Exception {
    server = new BatchServer("10000");
    membership = new PgMembership(server.vertx, server.database.pool(), new Random(1));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void a_pause_that_a_crash_has_stopped_after_its_first_step_is_finished() throws Exception {
    String path = server.submitted(batch(1_300));
    oneStep(path, BatchState.PAUSED);
    assertThat(counts(path)).isEqualTo(new JsonObject().put("queued", 800).put("held", 500));

    await(duty("one").runOnce());

    assertThat(counts(path)).isEqualTo(new JsonObject().put("held", 1_300));
  }

  @Test
  void a_cancel_that_a_crash_has_stopped_after_its_first_step_is_finished_and_released()
      throws Exception {
    String path = server.submitted(batch(1_300));
    oneStep(path, BatchState.CANCELED);

    await(duty("one").runOnce());

    assertThat(counts(path)).isEqualTo(new JsonObject().put("canceled", 1_300));
    assertThat(server.database.text("SELECT trim_scale(available) FROM balance"))
        .isEqualTo("10000");
  }

  @Test
  void one_node_at_a_time_does_it() throws Exception {
    BatchDuty one = duty("one");
    BatchDuty other = duty("other");
    await(one.runOnce());
    String path = server.submitted(batch(600));
    oneStep(path, BatchState.PAUSED);

    await(other.runOnce());
    assertThat(counts(path)).isEqualTo(new JsonObject().put("queued", 100).put("held", 500));
    await(one.runOnce());
    assertThat(counts(path)).isEqualTo(new JsonObject().put("held", 600));
  }

  /** What a node has done that died then. */
  private void oneStep(String path, BatchState state) throws Exception {
    BatchId id = BatchId.parse(path.substring(path.lastIndexOf('/') + 1)).orElseThrow();
    await(server.batches.change(server.tenant, id, state, BatchServer.CLOCK.instant()));
    await(server.batches.step(id, CONFIG.step(), CONFIG.recheck(), BatchServer.CLOCK.instant()));
  }

  private BatchDuty duty(String name) throws Exception {
    NodeLease lease =
        new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofSeconds(60), System::nanoTime);
    long sentAt = lease.tick();
    lease.renewed(await(membership.register(lease, name)), sentAt);
    BatchSteps steps = new BatchSteps(server.batches, server.bus, CONFIG, BatchServer.CLOCK);
    return new BatchDuty(server.batches, steps, membership, lease, CONFIG, BatchServer.CLOCK);
  }

  private JsonObject counts(String path) {
    return server.get(path).bodyAsJsonObject().getJsonObject("counts");
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
