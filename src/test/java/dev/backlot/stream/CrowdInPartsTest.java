package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A crowd on one event loop, which gets a batch on several turns of it. */
class CrowdInPartsTest {
  private static final int CROWD = 3 * Delivery.EVENTS_A_TURN;

  private final FakeEventLog log = new FakeEventLog();
  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final Subscriptions hub = new Subscriptions(100, turns::add);
  private final List<KeptOutbox> outboxes = new ArrayList<>();
  private final List<Feed> feeds = new ArrayList<>();

  @BeforeEach
  void aCrowdFollows() {
    hub.start(0);
    for (int n = 0; n < CROWD; n++) {
      join();
    }
  }

  @Test
  void each_turn_takes_a_part_of_the_crowd() {
    Future<Void> delivered = deliver(1);

    assertThat(served()).isEqualTo(Delivery.EVENTS_A_TURN);
    assertThat(delivered.isComplete()).isFalse();
    turn();
    assertThat(served()).isEqualTo(2 * Delivery.EVENTS_A_TURN);
    turn();
    assertThat(served()).isEqualTo(CROWD);
    assertThat(delivered.succeeded()).isTrue();
  }

  @Test
  void who_gets_several_events_gets_them_on_one_turn() {
    deliver(3);

    assertThat(outboxes.get(0).positions).containsExactly(1L, 2L, 3L);
    assertThat(last().positions).isEmpty();
    finish();
    assertThat(outboxes).allSatisfy(kept -> assertThat(kept.positions).containsExactly(1L, 2L, 3L));
  }

  @Test
  void who_has_not_had_a_batch_comes_back_to_where_it_was_before_it() {
    deliver(1);
    finish();

    deliver(2);

    assertThat(feeds.get(0).cursor()).hasValue(3);
    assertThat(feeds.get(CROWD - 1).cursor()).hasValue(1);
  }

  @Test
  void a_watch_that_comes_between_two_turns_neither_misses_an_event_nor_repeats_one() {
    deliver(2);

    feeds.get(CROWD - 1).subscribe(Watch.ofTenant("b", TENANT), 0L);
    deliverTheRestAndMore();

    assertThat(last().positions).containsExactly(1L, 2L, 3L);
  }

  @Test
  void who_comes_between_two_turns_neither_misses_an_event_nor_gets_one_twice() {
    deliver(2);

    join();
    deliverTheRestAndMore();

    assertThat(last().positions).containsExactly(1L, 2L, 3L);
  }

  @Test
  void nothing_is_sent_after_a_watch_has_ended_between_two_turns() {
    deliver(2);

    feeds.get(CROWD - 1).unsubscribe("a");
    long then = last().positions.size();
    deliverTheRestAndMore();

    assertThat(then).isEqualTo(2);
    assertThat(last().positions).hasSize(2);
  }

  @Test
  void who_goes_between_two_turns_gets_nothing_more() {
    deliver(2);

    feeds.get(CROWD - 1).close();
    deliverTheRestAndMore();

    assertThat(last().positions).isEmpty();
  }

  private void join() {
    KeptOutbox outbox = new KeptOutbox();
    Feed feed = new Feed(log, hub, TENANT, (watch, batch) -> true, outbox, 5);
    outboxes.add(outbox);
    feeds.add(feed);
    assertThat(feed.subscribe(Watch.ofTenant("a", TENANT), 0L).succeeded()).isTrue();
  }

  private Future<Void> deliver(int events) {
    List<Frame> frames = new ArrayList<>();
    for (int n = 0; n < events; n++) {
      frames.add(new Frame(log.append(TENANT, job(1), JobState.RUNNING)));
    }
    return hub.deliver(new Batch(frames, frames.get(events - 1).position()));
  }

  private void deliverTheRestAndMore() {
    finish();
    deliver(1);
    finish();
  }

  private void finish() {
    while (!turns.isEmpty()) {
      turn();
    }
  }

  private void turn() {
    turns.remove().run();
  }

  private KeptOutbox last() {
    return outboxes.get(outboxes.size() - 1);
  }

  private long served() {
    return outboxes.stream().filter(kept -> !kept.positions.isEmpty()).count();
  }
}
