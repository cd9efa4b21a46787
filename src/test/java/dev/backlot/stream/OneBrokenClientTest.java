package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import dev.backlot.stream.LogTail.Batch;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several clients of one event loop, of whom one cannot be written to. */
class OneBrokenClientTest {
  private final FakeEventLog log = new FakeEventLog();
  private final Subscriptions hub = new Subscriptions(100, Runnable::run);
  private final Broken broken = new Broken();
  private final KeptOutbox before = new KeptOutbox();
  private final KeptOutbox after = new KeptOutbox();

  @BeforeEach
  void everybodyFollows() {
    hub.start(0);
    for (Outbox outbox : List.of(before, broken, after)) {
      Feed feed = new Feed(log, hub, TENANT, (watch, batch) -> true, outbox, 5);
      assertThat(feed.subscribe(Watch.ofTenant("a", TENANT), 0L).succeeded()).isTrue();
    }
  }

  @Test
  void what_goes_wrong_with_one_client_takes_nothing_from_the_others() {
    deliver();

    assertThat(before.positions).containsExactly(1L, 2L);
    assertThat(after.positions).containsExactly(1L, 2L);
  }

  @Test
  void the_one_it_goes_wrong_with_is_told_to_come_back() {
    deliver();

    assertThat(broken.reason).isEqualTo("unavailable");
    assertThat(broken.tries).isEqualTo(1);
  }

  @Test
  void the_hub_goes_on_to_the_end_of_the_batch() {
    deliver();

    assertThat(hub.tail()).isEqualTo(2);
  }

  private void deliver() {
    Frame first = new Frame(log.append(TENANT, job(1), JobState.QUEUED));
    Frame second = new Frame(log.append(TENANT, job(1), JobState.RUNNING));
    hub.deliver(new Batch(List.of(first, second), 2));
  }

  private static final class Broken extends KeptOutbox {
    int tries;

    @Override
    public void send(Frame event) {
      tries++;
      throw new IllegalStateException("a defect");
    }
  }
}
