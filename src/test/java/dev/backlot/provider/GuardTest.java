package dev.backlot.provider;

import static dev.backlot.provider.KlingFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.ProviderConfig.Breaker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three faults open the breaker. */
class GuardTest {
  private final Vertx vertx = Vertx.vertx();
  private final Guard guard =
      new Guard(
          vertx,
          "account",
          "query",
          new Breaker(3, Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofSeconds(60)),
          view -> {});

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  private Future<String> call(Future<String> answer) {
    return guard.run(() -> answer, "fault"::equals, "open", "broken");
  }

  private void fail(List<Promise<String>> calls) throws Exception {
    List<Future<String>> ended = new ArrayList<>();
    calls.forEach(call -> ended.add(call(call.future())));
    calls.forEach(call -> call.complete("fault"));
    get(Future.join(ended));
  }

  private static List<Promise<String>> calls(int count) {
    List<Promise<String>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(Promise.promise());
    }
    return calls;
  }

  @Test
  void faults_without_a_good_answer_beside_them_open_it() throws Exception {
    fail(calls(3));

    assertThat(guard.callsAllowed()).isZero();
    assertThat(get(call(Future.succeededFuture("good")))).isEqualTo("open");
  }

  @Test
  void calls_that_hang_while_others_are_answered_do_not_open_it() throws Exception {
    List<Promise<String>> hanging = calls(100);
    List<Future<String>> ended = new ArrayList<>();
    hanging.forEach(each -> ended.add(call(each.future())));
    assertThat(get(call(Future.succeededFuture("good")))).isEqualTo("good");

    hanging.forEach(each -> each.complete("fault"));
    get(Future.join(ended));

    assertThat(ended).allMatch(each -> each.result().equals("fault"));
    assertThat(guard.callsAllowed()).isPositive();
  }
}
