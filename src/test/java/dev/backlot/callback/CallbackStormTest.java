package dev.backlot.callback;

import static dev.backlot.callback.CallbackServer.ENDED;
import static dev.backlot.callback.CallbackServer.OPEN;
import static dev.backlot.callback.CallbackServer.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.CallbackResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Five thousand callbacks at once, over as many connections as the client has. */
class CallbackStormTest {
  private static final int STORM = 5_000;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_storm_about_one_task_is_a_handful_of_messages() throws Exception {
    try (CallbackServer server = CallbackServer.start(vertx)) {
      String path = server.path(1, OPEN);
      long begun = System.nanoTime();
      assertThat(statuses(server, callback -> path)).containsOnly(200);
      long pauses = millisSince(begun) / CallbackRoutes.PAUSE.toMillis();

      assertThat(server.count(CallbackResult.HINTED)).isEqualTo(STORM);
      assertThat(server.awaitHinted(1)).containsOnly(attempt(1));
      // One at once, and one after each pause.
      assertThat((long) server.messages.size()).isLessThanOrEqualTo(pauses + 2);
    }
  }

  @Test
  void a_storm_about_many_tasks_names_each_of_them_in_few_messages() throws Exception {
    try (CallbackServer server = CallbackServer.start(vertx, STORM)) {
      long begun = System.nanoTime();
      assertThat(statuses(server, callback -> server.path(callback, OPEN))).containsOnly(200);
      server.awaitHinted(STORM);
      long pauses = millisSince(begun) / CallbackRoutes.PAUSE.toMillis();

      assertThat(server.hinted())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, STORM).mapToObj(CallbackServer::attempt).toList());
      assertThat((long) server.messages.size()).isLessThanOrEqualTo(pauses + 2);
    }
  }

  @Test
  void beyond_the_bound_callbacks_are_dropped_and_counted_and_answered_all_the_same()
      throws Exception {
    int bound = 3;
    try (CallbackServer server = CallbackServer.start(vertx, bound)) {
      assertThat(statuses(server, callback -> server.path(callback, OPEN))).containsOnly(200);

      long hinted = server.count(CallbackResult.HINTED);
      server.awaitHinted((int) hinted);
      assertThat(server.count(CallbackResult.DROPPED)).isPositive().isEqualTo(STORM - hinted);
      assertThat(server.hinted()).hasSize((int) hinted);
      assertThat(server.messages)
          .allSatisfy(message -> assertThat(message.attempts()).hasSizeLessThanOrEqualTo(bound));
    }
  }

  @Test
  void a_storm_of_forgeries_reaches_nobody() throws Exception {
    try (CallbackServer server = CallbackServer.start(vertx)) {
      String genuine = server.path(1, OPEN);
      String start = genuine.substring(0, genuine.length() - 5);

      List<Integer> statuses = statuses(server, callback -> start + "%05d".formatted(callback));

      assertThat(new HashSet<>(statuses)).containsExactly(404);
      assertThat(server.messages).isEmpty();
      assertThat(server.count(CallbackResult.BAD_TOKEN)).isEqualTo(STORM);
    }
  }

  private List<Integer> statuses(CallbackServer server, IntFunction<String> path) throws Exception {
    Buffer body = Buffer.buffer(ENDED);
    List<Future<Integer>> answers = new ArrayList<>();
    for (int callback = 0; callback < STORM; callback++) {
      answers.add(
          server
              .http
              .client()
              .post(path.apply(callback))
              .sendBuffer(body)
              .map(answer -> answer.statusCode()));
    }
    return Future.all(answers).map(all -> all.<Integer>list()).await(60, TimeUnit.SECONDS);
  }

  private static long millisSince(long begun) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }
}
