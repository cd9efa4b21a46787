package dev.backlot.domain.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
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
}
