package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteSlotsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void who_waits_has_its_turn_when_another_leaves() {
    WriteSlots slots = new WriteSlots(vertx, 1, 10, LONG);
    await(slots.enter());
    Future<Void> second = slots.enter();
    assertThat(second.isComplete()).isFalse();

    slots.leave();

    await(second);
  }

  @Test
  void a_turn_that_does_not_come_in_time_is_given_to_nobody() throws Exception {
    WriteSlots slots = new WriteSlots(vertx, 1, 10, Duration.ofMillis(1));
    await(slots.enter());
    Future<Void> late = slots.enter();
    assertThatThrownBy(() -> late.toCompletionStage().toCompletableFuture().get())
        .hasCauseInstanceOf(TimeoutException.class);

    slots.leave();

    assertThat(slots.enter().succeeded()).isTrue();
  }

  @Test
  void beyond_the_bound_of_those_who_wait_the_next_is_told_at_once() {
    WriteSlots slots = new WriteSlots(vertx, 1, 1, LONG);
    await(slots.enter());
    slots.enter();

    assertThat(slots.enter().cause()).isInstanceOf(ConnectionPoolTooBusyException.class);
  }

  @Test
  void whose_turn_it_is_goes_on_where_it_came_from() {
    WriteSlots slots = new WriteSlots(vertx, 1, 10, LONG);
    await(slots.enter());
    var loop = vertx.getOrCreateContext();
    Future<Boolean> onItsLoop =
        Future.future(
            promise ->
                loop.runOnContext(
                    start -> {
                      slots.enter().map(turn -> Vertx.currentContext() == loop).onComplete(promise);
                      slots.leave();
                    }));

    assertThat(await(onItsLoop)).isTrue();
  }
}
