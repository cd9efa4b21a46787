package dev.backlot.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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

  @Test
  void an_outage_is_told_ever_more_rarely_and_so_is_its_end() {
    AtomicBoolean away = new AtomicBoolean(true);
    Pass pass =
        new Pass(
            "reads",
            () -> away.get() ? Future.failedFuture("away") : Future.succeededFuture(false));
    Logger logger = (Logger) LoggerFactory.getLogger(Pass.class);
    ListAppender<ILoggingEvent> written = new ListAppender<>();
    written.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(written);
    try {
      for (int i = 0; i < 100; i++) {
        pass.wake();
      }
      away.set(false);
      pass.wake();
      pass.wake();
    } finally {
      logger.detachAppender(written);
      logger.setLevel(null);
    }

    assertThat(written.list)
        .extracting(line -> line.getLevel() + " " + line.getKeyValuePairs().get(1).value)
        .containsExactly(
            "WARN 1", "WARN 2", "WARN 4", "WARN 8", "WARN 16", "WARN 32", "WARN 64", "INFO 100");
  }
}
