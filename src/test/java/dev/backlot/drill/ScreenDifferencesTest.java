package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.drill.Follower.Seen;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenDifferencesTest {
  private static final List<String> LOG = List.of("a 1", "a 2", "b 1", "b 2", "c 1");

  private static Seen seen(String event, int connection) {
    return new Seen(event, connection, connection % 3);
  }

  @Test
  void a_screen_that_has_seen_the_log_differs_in_nothing() {
    List<Seen> all = LOG.stream().map(event -> seen(event, 1)).toList();

    assertThat(ScreenDifferences.of(LOG, all)).isEmpty();
  }

  @Test
  void a_hole_is_told_with_the_connections_around_it() {
    assertThat(ScreenDifferences.of(LOG, List.of(seen("a 1", 1), seen("b 2", 2), seen("c 1", 2))))
        .containsExactly(
            "2 are missing from 1 on, between connection 1 to node-2 and connection 2 to node-3");
  }

  @Test
  void a_beginning_and_an_end_that_are_missing_are_told() {
    assertThat(ScreenDifferences.of(LOG, List.of(seen("a 2", 1), seen("b 1", 1))))
        .containsExactly(
            "1 are missing from 0 on, at connection 1 to node-2", "the last 2 are missing");
  }

  @Test
  void what_comes_twice_or_late_is_told() {
    List<Seen> seen =
        List.of(
            seen("a 1", 1),
            seen("a 2", 1),
            seen("a 1", 1),
            seen("b 1", 1),
            seen("b 2", 1),
            seen("c 1", 1));

    assertThat(ScreenDifferences.of(LOG, seen))
        .containsExactly("number 0 came behind 1, within connection 1 to node-2");
  }

  @Test
  void what_is_not_in_the_log_is_told() {
    assertThat(ScreenDifferences.of(List.of(), List.of(seen("x 1", 1))))
        .containsExactly("x 1 is not in the log");
  }
}
