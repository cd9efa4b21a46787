package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigTest {
  private static final Duration LEASE = Duration.ofSeconds(12);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void a_heartbeat_that_is_never_answered_leaves_time_for_another(int pause) {
    NodeConfig node =
        new NodeConfig("node", LEASE, Duration.ofSeconds(pause), Duration.ofMinutes(1));

    Duration another = node.heartbeat().plus(node.silence());
    assertThat(another.plus(node.statementTimeout())).isEqualTo(LEASE);
    assertThat(node.statementTimeout()).isGreaterThanOrEqualTo(LEASE.dividedBy(6));
    assertThat(node.silence()).isGreaterThan(node.heartbeat());
  }
}
