package dev.backlot.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.node.CommitGate;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandbyWatchTest {
  private final AtomicLong ticker = new AtomicLong();
  private final CommitGate gate = new CommitGate(ticker::get);
  private Future<Boolean> commitsWait = Future.succeededFuture(false);
  private final StandbyWatch watch = new StandbyWatch(() -> commitsWait, gate);

  private void looks(Future<Boolean> answer) {
    commitsWait = answer;
    watch.look();
  }

  @Test
  void with_its_standby_the_database_gets_commits() {
    looks(Future.succeededFuture(false));

    assertThat(gate.isShut()).isFalse();
    assertThat(gate.wasShutWithin(Duration.ofHours(1))).isFalse();
  }

  @Test
  void without_it_none_is_sent() {
    looks(Future.succeededFuture(true));

    assertThat(gate.isShut()).isTrue();
  }

  @Test
  void they_are_sent_again_when_it_is_back() {
    looks(Future.succeededFuture(true));
    looks(Future.succeededFuture(false));

    assertThat(gate.isShut()).isFalse();
  }

  @Test
  void a_database_that_does_not_say_changes_nothing() {
    looks(Future.succeededFuture(true));
    looks(Future.failedFuture("gone"));

    assertThat(gate.isShut()).isTrue();
  }

  @Test
  void what_depends_on_commits_has_a_moment_to_catch_up() {
    looks(Future.succeededFuture(true));
    looks(Future.succeededFuture(false));

    ticker.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(gate.wasShutWithin(Duration.ofSeconds(4))).isTrue();
    ticker.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(gate.wasShutWithin(Duration.ofSeconds(4))).isFalse();
  }
}
