package dev.backlot.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PassTest {
  private final AtomicInteger passes = new AtomicInteger();

  @Test
  void work_that_throws_at_once_does_not_end_its_duty() {
    Pass pass =
        new Pass(
            "throws once",
            () -> {
              if (passes.incrementAndGet() == 1) {
                throw new IllegalStateException("at once");
              }
              return Future.succeededFuture(false);
            });

    pass.wake();
    pass.wake();

    assertThat(passes).hasValue(2);
    assertThat(pass.isRunning()).isFalse();
  }

  @Test
  void nothing_starts_after_the_stop() {
    Pass pass = new Pass("stopped", () -> Future.succeededFuture(passes.incrementAndGet() < 0));

    pass.stop();
    pass.wake();

    assertThat(passes).hasValue(0);
  }
}
