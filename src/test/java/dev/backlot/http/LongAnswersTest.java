package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongAnswersTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  /** Where the work for an answer of that length is done, and where its future completes. */
  private String threads(int length) throws Exception {
    Promise<String> done = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            hop -> {
              Future<Boolean> onLoop =
                  LongAnswers.work(vertx, "1".repeat(length), Context::isOnEventLoopThread);
              onLoop.onSuccess(
                  loop ->
                      done.complete(
                          "%s, told on a loop: %s"
                              .formatted(
                                  loop ? "on a loop" : "elsewhere",
                                  Context.isOnEventLoopThread())));
            });
    return done.future().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_short_answer_is_read_at_once() throws Exception {
    assertThat(threads(64 << 10)).isEqualTo("on a loop, told on a loop: true");
  }

  @Test
  void a_long_one_by_a_worker() throws Exception {
    assertThat(threads((64 << 10) + 1)).isEqualTo("elsewhere, told on a loop: true");
  }

  @Test
  void what_cannot_be_read_fails() {
    Future<String> failed =
        LongAnswers.work(
            vertx,
            "",
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThat(failed.cause()).hasMessage("broken");
  }
}
