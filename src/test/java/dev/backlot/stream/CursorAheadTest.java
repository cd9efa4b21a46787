package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that comes from a node which has read the log further than this one. */
class CursorAheadTest {
  private final Vertx vertx = Vertx.vertx();
  private final FakeEventLog log = new FakeEventLog();
  private final Subscriptions hub = new Subscriptions(100, Runnable::run);
  private final KeptOutbox client = new KeptOutbox();
  private final Feed feed = new Feed(log, hub, TENANT, (watch, batch) -> true, client, 5);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void it_goes_on_behind_its_cursor_and_gets_nothing_again() throws Exception {
    hub.start(0);
    List<Frame> frames = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      frames.add(new Frame(log.append(TENANT, job(1), JobState.RUNNING)));
    }

    vertx
        .timer(1)
        .compose(onLoop -> feed.subscribe(Watch.ofTenant("a", TENANT), 2L))
        .await(20, TimeUnit.SECONDS);
    hub.deliver(new Batch(frames, 3));

    assertThat(client.messages).isEmpty();
    assertThat(client.positions).containsExactly(3L);
  }
}
