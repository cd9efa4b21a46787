package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.ops.Metrics;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check that every test with a real process ends with. */
class ProcessLogTest {
  private static final String BEFORE = "12:00:00.000 INFO  Main                 ready\n";

  private static final String TWICE =
      "java.lang.IllegalStateException: Promise already completed\n"
          + "\tat io.vertx.core.impl.future.Some.frame\n".repeat(7)
          + "\tat %s\n\tat io.netty.channel.Other.frame\n";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12:00:01.000 WARN  BlockedThreadChecker Thread Thread[vert.x-eventloop-thread-0] has been"
            + " blocked for 2531 ms, time limit is 2000 ms",
        "12:00:01.000 ERROR ContextImpl          Unhandled exception",
        "12:00:01.000 ERROR ResourceLeakDetector LEAK: ByteBuf.release() was not called",
      })
  void a_defect_in_the_log_fails_the_test_with_its_stack(String line) {
    assertThatThrownBy(() -> ProcessLog.requireSound(BEFORE + line + "\n\tat some.Frame\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(line)
        .hasMessageContaining("at some.Frame")
        .hasMessageNotContaining("ready");
  }

  @Test
  void a_promise_that_vertx_itself_completes_twice_passes_and_one_of_ours_does_not() {
    String line = "12:00:01.000 ERROR ContextImpl          Unhandled exception\n";
    String theirs = TWICE.formatted("io.vertx.core.net.impl.DelegatingChannelPromise.tryFailure");
    String ours = TWICE.formatted("dev.backlot.dispatch.Sender.answered");

    assertThatCode(() -> ProcessLog.requireSound(BEFORE + line + theirs))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> ProcessLog.requireSound(BEFORE + line + ours))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void warnings_of_any_other_kind_pass() {
    assertThatCode(
            () -> ProcessLog.requireSound(BEFORE + "12:00:01.000 WARN  Poller a task is overdue\n"))
        .doesNotThrowAnyException();
  }

  @Test
  void a_process_that_has_logged_a_defect_cannot_be_closed_quietly() throws Exception {
    Files.writeString(
        directory.resolve("stdout.txt"),
        BEFORE + "12:00:01.000 ERROR ContextImpl Unhandled exception\n");

    BacklotProcess appending = BacklotProcess.start(directory, Map.of());

    assertThatThrownBy(appending::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Unhandled exception");
  }

  @Test
  void the_process_warns_of_blocked_threads_at_the_limits_of_vertx() {
    VertxOptions defaults = new VertxOptions();
    assertThat(Metrics.options())
        .returns(defaults.getMaxEventLoopExecuteTime(), VertxOptions::getMaxEventLoopExecuteTime)
        .returns(
            defaults.getMaxEventLoopExecuteTimeUnit(), VertxOptions::getMaxEventLoopExecuteTimeUnit)
        .returns(defaults.getMaxWorkerExecuteTime(), VertxOptions::getMaxWorkerExecuteTime)
        .returns(defaults.getMaxWorkerExecuteTimeUnit(), VertxOptions::getMaxWorkerExecuteTimeUnit)
        .returns(
            defaults.getBlockedThreadCheckInterval(), VertxOptions::getBlockedThreadCheckInterval)
        .returns(
            defaults.getBlockedThreadCheckIntervalUnit(),
            VertxOptions::getBlockedThreadCheckIntervalUnit);
  }
}
