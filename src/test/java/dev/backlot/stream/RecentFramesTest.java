package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.port.EventLog.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentFramesTest {
  private final RecentFrames recent = new RecentFrames(3, 10);

  @Test
  void an_empty_memory_covers_its_beginning() {
    assertThat(recent.covers(10)).isTrue();
    assertThat(recent.covers(9)).isFalse();
    assertThat(recent.after(10, 5)).isEmpty();
  }

  @Test
  void what_was_added_comes_after_a_position_in_order() {
    add(11, 12, 13);

    assertThat(positionsAfter(11, 5)).containsExactly(12L, 13L);
  }

  @Test
  void no_more_comes_than_was_asked_for() {
    add(11, 12, 13);

    assertThat(positionsAfter(10, 2)).containsExactly(11L, 12L);
  }

  @Test
  void at_the_bound_the_oldest_is_forgotten_and_no_longer_covered() {
    add(11, 12, 13, 14);

    assertThat(recent.covers(10)).isFalse();
    assertThat(recent.covers(11)).isTrue();
    assertThat(positionsAfter(11, 5)).containsExactly(12L, 13L, 14L);
  }

  @Test
  void a_hole_in_the_positions_is_no_gap() {
    add(15, 20);

    assertThat(recent.covers(12)).isTrue();
    assertThat(positionsAfter(12, 5)).containsExactly(15L, 20L);
    assertThat(positionsAfter(17, 5)).containsExactly(20L);
  }

  @Test
  void nothing_comes_after_the_end() {
    add(11, 12);

    assertThat(positionsAfter(12, 5)).isEmpty();
    assertThat(positionsAfter(99, 5)).isEmpty();
  }

  /** Beside a list that never forgets, through many turns of the ring. */
  @Test
  void whatever_is_covered_is_answered_in_full() {
    Random random = new Random(1);
    RecentFrames ring = new RecentFrames(17, 0);
    List<Long> all = new ArrayList<>();
    long position = 0;
    for (int n = 0; n < 1_000; n++) {
      position += 1 + random.nextInt(3);
      ring.add(frame(position));
      all.add(position);
      long from = Math.max(0, position - random.nextInt(60));
      if (ring.covers(from)) {
        assertThat(ring.after(from, 100))
            .extracting(Frame::position)
            .isEqualTo(all.stream().filter(each -> each > from).toList());
      }
    }
  }

  @Test
  void what_has_too_many_bytes_is_forgotten_before_the_number_is_reached() {
    long each = frame(1).bytesMax();
    RecentFrames few = new RecentFrames(100, 2 * each, 0);

    for (long position = 1; position <= 5; position++) {
      few.add(frame(position));
    }

    assertThat(few.covers(2)).isFalse();
    assertThat(few.covers(3)).isTrue();
    assertThat(few.after(3, 10)).extracting(Frame::position).containsExactly(4L, 5L);
  }

  @Test
  void one_event_that_is_larger_than_all_may_be_is_kept_until_the_next() {
    RecentFrames none = new RecentFrames(100, 1, 0);

    none.add(frame(1));
    none.add(frame(2));

    assertThat(none.after(1, 10)).extracting(Frame::position).containsExactly(2L);
    assertThat(none.covers(0)).isFalse();
  }

  private void add(long... positions) {
    for (long position : positions) {
      recent.add(frame(position));
    }
  }

  private List<Long> positionsAfter(long position, int limit) {
    return recent.after(position, limit).stream().map(Frame::position).toList();
  }

  private static Frame frame(long position) {
    return new Frame(
        new Event(position, TENANT, job(1), null, 1, "job.queued", FakeEventLog.START, "{}"));
  }
}
