package dev.backlot.domain.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final AtomicLong ticker = new AtomicLong(Long.MAX_VALUE - 5);
  private final NodeLease lease =
      new NodeLease(new NodeId(new UUID(0, 1)), TEN_SECONDS, ticker::get);

  @Test
  void nothing_is_held_before_the_first_registration() {
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void the_lease_counts_from_before_the_heartbeat_was_sent() {
    long sentAt = lease.tick();
    ticker.addAndGet(Duration.ofSeconds(9).toNanos());
    lease.renewed(1, sentAt);
    assertThat(lease.isHeld()).isTrue();

    ticker.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void a_refused_heartbeat_ends_the_lease_at_once() {
    lease.renewed(1, lease.tick());
    lease.lost();
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.epoch()).isEqualTo(1);
  }

  @Test
  void a_permit_ends_with_its_lease_also_when_that_is_won_again() {
    lease.renewed(1, lease.tick());
    BooleanSupplier permit = lease.permit();
    lease.renewed(1, lease.tick());
    assertThat(permit.getAsBoolean()).isTrue();

    lease.lost();
    assertThat(permit.getAsBoolean()).isFalse();
    lease.renewed(2, lease.tick());
    assertThat(permit.getAsBoolean()).isFalse();
    assertThat(lease.permit().getAsBoolean()).isTrue();
  }

  @Test
  void a_permit_ends_when_the_lease_runs_out() {
    lease.renewed(1, lease.tick());
    BooleanSupplier permit = lease.permit();
    ticker.addAndGet(TEN_SECONDS.toNanos());
    assertThat(permit.getAsBoolean()).isFalse();
  }
}
