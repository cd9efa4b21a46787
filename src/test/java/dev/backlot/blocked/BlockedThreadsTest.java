package dev.backlot.blocked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.slf4j.LoggerFactory;

class BlockedThreadsTest {

  @Test
  void a_test_that_blocks_an_event_loop_fails() {
    SummaryGeneratingListener summary = run(BlockingFixture.class);

    assertThat(summary.getSummary().getFailures())
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.getException())
                    .hasMessageContaining("a Vert.x thread was blocked")
                    .hasMessageContaining(BlockingFixture.class.getName()));
  }

  @Test
  void a_test_that_blocks_nothing_passes() {
    SummaryGeneratingListener summary = run(QuietFixture.class);

    assertThat(summary.getSummary().getTestsSucceededCount()).isEqualTo(1);
  }

  private static SummaryGeneratingListener run(Class<?> fixture) {
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(fixture)).build(), summary);
    return summary;
  }

  /** Passes in itself; only the guard can fail it. Not found by Surefire, being nested. */
  static class BlockingFixture {
    /** Some of them may be of a moment in which the whole process stood still. */
    private static final int WARNINGS = 20;

    @Test
    void blocks_until_the_checker_has_seen_it() throws InterruptedException {
      CountDownLatch seen = new CountDownLatch(WARNINGS);
      Logger checker = (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
      Signal signal = new Signal(seen);
      signal.start();
      checker.addAppender(signal);
      Vertx vertx =
          Vertx.vertx(
              new VertxOptions()
                  .setBlockedThreadCheckInterval(10)
                  .setMaxEventLoopExecuteTime(50)
                  .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                  .setWarningExceptionTime(50)
                  .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS));
      CountDownLatch released = new CountDownLatch(1);
      vertx.runOnContext(
          start -> {
            await(seen);
            released.countDown();
          });

      boolean done = released.await(20, TimeUnit.SECONDS);

      checker.detachAppender(signal);
      vertx.close().toCompletionStage().toCompletableFuture().join();
      assertThat(done).isTrue();
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(15, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static class QuietFixture {
    @Test
    void does_nothing_on_an_event_loop() throws Exception {
      Vertx vertx = Vertx.vertx();
      CountDownLatch ran = new CountDownLatch(1);
      vertx.runOnContext(start -> ran.countDown());

      assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();

      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private static final class Signal extends AppenderBase<ILoggingEvent> {
    private final CountDownLatch seen;

    Signal(CountDownLatch seen) {
      this.seen = seen;
    }

    @Override
    protected void append(ILoggingEvent event) {
      seen.countDown();
    }
  }
}
