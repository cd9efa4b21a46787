package dev.backlot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.cluster.Cluster;
import dev.backlot.config.ConfigException;
import dev.backlot.ops.HealthCheck;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
  @Test
  void a_node_that_the_others_cannot_take_in_goes_on_without_them_and_says_so() throws Exception {
    EventLoops loops =
        EventLoops.joined(
            () -> {
              throw new Cluster.NotJoined(new IllegalStateException("stableCH is null"));
            },
            new SimpleMeterRegistry(),
            new Closers());
    try {
      assertThat(loops.vertx().isClustered()).isFalse();
      assertThat(loops.members()).isZero();
      HealthCheck check = HealthCheck.cluster(false, loops.leftOut(), loops::members);
      assertThat(check.look().get().await(5, TimeUnit.SECONDS).status())
          .isEqualTo(HealthCheck.Status.DEGRADED);
    } finally {
      loops.vertx().close().await(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_port_that_is_taken_is_the_operators_to_mend() {
    assertThatThrownBy(
            () ->
                EventLoops.joined(
                    () -> {
                      throw new ConfigException("cluster.port", "is taken");
                    },
                    new SimpleMeterRegistry(),
                    new Closers()))
        .isInstanceOf(ConfigException.class);
  }
}
