package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client whose node loses the database while it catches up. */
class BrokenCatchUpTest {
  private final Vertx vertx = Vertx.vertx();
  private final FakeEventLog log = new FakeEventLog();
  private final Subscriptions hub = new Subscriptions(1, Runnable::run);
  private final KeptOutbox client =
      new KeptOutbox() {
        @Override
        public void send(Frame event) {
          super.send(event);
          if (positions.size() == 1 + Replay.PAGE) {
            log.failure = new IllegalStateException("the database is away");
          }
        }
      };
  private final Feed feed = new Feed(log, hub, TENANT, (watch, batch) -> true, client, 5);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void it_is_sent_away_with_the_cursor_of_the_last_event_that_it_was_sent() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    hub.start(1);

    vertx
        .timer(1)
        .compose(
            onLoop -> {
              Future<Void> live = feed.subscribe(Watch.ofTenant("a", TENANT), 0L);
              hub.deliver(meanwhile());
              return live.transform(done -> Future.succeededFuture());
            })
        .await(20, TimeUnit.SECONDS);

    assertThat(client.reason).isEqualTo("unavailable");
    assertThat(client.positions).hasSize(1 + Replay.PAGE);
    assertThat(feed.cursor())
        .isEqualTo(OptionalLong.of(client.positions.get(client.positions.size() - 1)));
  }

  private Batch meanwhile() {
    List<Frame> frames = new ArrayList<>();
    for (int n = 0; n < 3 * Replay.PAGE; n++) {
      frames.add(new Frame(log.append(TENANT, job(1), JobState.RUNNING)));
    }
    return new Batch(frames, frames.get(frames.size() - 1).position());
  }
}
