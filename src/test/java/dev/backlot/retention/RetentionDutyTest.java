package dev.backlot.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.RetentionConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Retention;
import dev.backlot.port.Retention.Kind;
import dev.backlot.store.PgMembership;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who removes, what of which age, and when to go on; what is removed is the store's test. */
class RetentionDutyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final int BATCH = 10;
  private static final RetentionConfig CONFIG =
      new RetentionConfig(
          Duration.ofMinutes(5),
          BATCH,
          Duration.ofDays(30),
          Duration.ofDays(90),
          Duration.ofDays(7),
          Duration.ofDays(1),
          Duration.ofDays(14),
          Duration.ofDays(90),
          Duration.ofDays(60));

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(vertx);
  private final PgMembership membership = new PgMembership(vertx, database.pool(), new Random(1));
  private final Asked asked = new Asked();

  /** Removes what it was told to. */
  private static final class Asked implements Retention {
    final Map<Kind, Instant> before = new EnumMap<>(Kind.class);
    final Map<Kind, Integer> removed = new EnumMap<>(Kind.class);

    @Override
    public Future<Integer> remove(Kind kind, Instant limit, int rows) {
      before.put(kind, limit);
      return Future.succeededFuture(Math.min(rows, removed.getOrDefault(kind, 0)));
    }
  }

  @AfterEach
  void close() throws Exception {
    database.close();
    await(vertx.close());
  }

  @Test
  void each_kind_goes_by_its_own_age() throws Exception {
    assertThat(await(duty(node()).runOnce())).isFalse();

    assertThat(asked.before)
        .containsEntry(Kind.IDEMPOTENCY_KEYS, NOW.minus(RetentionDuty.CLOCK_DIFFERENCE))
        .containsEntry(Kind.STREAM_TOKENS, NOW.minus(RetentionDuty.CLOCK_DIFFERENCE))
        .containsEntry(Kind.EVENTS, NOW.minus(Duration.ofDays(30)))
        .containsEntry(Kind.ALERTS, NOW.minus(Duration.ofDays(90)))
        .containsEntry(Kind.NODES, NOW.minus(Duration.ofDays(7)))
        .containsEntry(Kind.INPUTS, NOW.minus(Duration.ofDays(1)))
        .containsEntry(Kind.WEBHOOK_DELIVERIES, NOW.minus(Duration.ofDays(14)))
        .containsEntry(Kind.CALL_ANSWERS, NOW.minus(Duration.ofDays(60)))
        .hasSize(Kind.values().length);
  }

  @Test
  void a_full_batch_asks_for_another_pass() throws Exception {
    asked.removed.put(Kind.IDEMPOTENCY_KEYS, BATCH);
    asked.removed.put(Kind.EVENTS, BATCH - 1);

    assertThat(await(duty(node()).runOnce())).isTrue();
  }

  @Test
  void one_node_has_the_duty_at_a_time() throws Exception {
    await(duty(node()).runOnce());
    asked.before.clear();

    assertThat(await(duty(node()).runOnce())).isFalse();

    assertThat(asked.before).isEmpty();
  }

  @Test
  void a_node_without_its_lease_removes_nothing() throws Exception {
    NodeLease lease = node();
    lease.lost();

    assertThat(await(duty(lease).runOnce())).isFalse();

    assertThat(asked.before).isEmpty();
  }

  private RetentionDuty duty(NodeLease lease) {
    return new RetentionDuty(asked, membership, lease, CONFIG, () -> NOW);
  }

  private NodeLease node() throws Exception {
    NodeLease lease =
        new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofMinutes(1), System::nanoTime);
    long sentAt = lease.tick();
    lease.renewed(await(membership.register(lease, "test")), sentAt);
    return lease;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
