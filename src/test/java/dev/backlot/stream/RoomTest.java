package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that asks for more while it has no room for it. */
class RoomTest {
  private final FakeEventLog log = new FakeEventLog();
  private final Subscriptions hub = new Subscriptions(100, Runnable::run);
  private final KeptOutbox client = new KeptOutbox();
  private final Feed feed = new Feed(log, hub, TENANT, (watch, batch) -> true, client, 5);

  @BeforeEach
  void followsOneAndAsksForAnother() {
    hub.start(0);
    assertThat(feed.subscribe(Watch.ofTenant("a", TENANT), 0L).succeeded()).isTrue();
    client.full = true;
  }

  @Test
  void what_happens_while_it_waits_does_not_make_it_a_slow_reader() {
    feed.subscribe(Watch.ofTenant("b", TENANT), 0L);

    happen();

    assertThat(client.reason).isNull();
  }

  @Test
  void it_gets_what_happened_once_there_is_room() {
    Future<Void> joined = feed.subscribe(Watch.ofTenant("b", TENANT), 0L);
    happen();
    happen();

    client.drain();

    assertThat(joined.succeeded()).isTrue();
    assertThat(client.positions).containsExactly(1L, 2L);
  }

  @Test
  void one_that_does_not_wait_is_sent_away_as_ever() {
    happen();

    assertThat(client.reason).isEqualTo("slow-reader");
  }

  @Test
  void one_that_goes_while_it_waits_leaves_nothing_behind() {
    Future<Void> joined = feed.subscribe(Watch.ofTenant("b", TENANT), 0L);
    client.closed = true;
    feed.close();

    client.drain();

    assertThat(hub.size()).isZero();
    assertThat(joined.isComplete()).isFalse();
    assertThat(feed.cursor()).isEmpty();
  }

  private void happen() {
    Frame frame = new Frame(log.append(TENANT, job(1), JobState.QUEUED));
    hub.deliver(new Batch(List.of(frame), frame.position()));
  }
}
