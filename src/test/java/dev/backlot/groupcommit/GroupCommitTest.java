package dev.backlot.groupcommit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.groupcommit.GroupCommit.Patience;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private final List<List<String>> batches = new ArrayList<>();
  private final List<Promise<List<String>>> commits = new ArrayList<>();

  private GroupCommit<String, String> group(int maxBatch, int maxWaiting) {
    return new GroupCommit<>(this::commit, maxBatch, 1, maxWaiting);
  }

  private Future<List<String>> commit(List<String> batch) {
    batches.add(batch);
    Promise<List<String>> commit = Promise.promise();
    commits.add(commit);
    return commit.future();
  }

  @Test
  void a_lone_item_waits_for_nothing() {
    group(10, 10).offer("a");
    assertThat(batches).containsExactly(List.of("a"));
  }

  @Test
  void what_arrives_meanwhile_goes_into_the_next_batch() {
    GroupCommit<String, String> group = group(10, 10);
    group.offer("a");
    group.offer("b");
    group.offer("c");
    commits.get(0).complete(List.of("A"));
    assertThat(batches).containsExactly(List.of("a"), List.of("b", "c"));
  }

  @Test
  void each_item_gets_its_own_result() {
    GroupCommit<String, String> group = group(10, 10);
    group.offer("first");
    Future<String> b = group.offer("b").orElseThrow();
    Future<String> c = group.offer("c").orElseThrow();
    commits.get(0).complete(List.of("-"));
    commits.get(1).complete(List.of("B", "C"));
    assertThat(List.of(b.result(), c.result())).containsExactly("B", "C");
  }

  @Test
  void a_batch_is_never_larger_than_its_bound() {
    GroupCommit<String, String> group = group(2, 10);
    List.of("a", "b", "c", "d", "e").forEach(group::offer);
    commits.get(0).complete(List.of("-"));
    assertThat(batches.get(1)).hasSize(2);
  }

  @Test
  void beyond_the_bound_of_waiting_items_nothing_is_taken() {
    GroupCommit<String, String> group = group(10, 1);
    group.offer("in flight");
    group.offer("waiting");
    assertThat(group.offer("too many")).isEqualTo(Optional.empty());
  }

  @Test
  void who_has_waited_for_too_long_is_turned_away_and_not_stored() {
    AtomicLong nanos = new AtomicLong();
    GroupCommit<String, String> group =
        new GroupCommit<>(
            this::commit, 10, 1, 10, new Patience(Duration.ofSeconds(10), nanos::get));
    group.offer("in flight");
    Future<String> early = group.offer("early").orElseThrow();
    nanos.addAndGet(1);
    group.offer("late");
    nanos.set(Duration.ofSeconds(10).toNanos());

    commits.get(0).complete(List.of("-"));

    assertThat(early.cause()).isInstanceOf(TimeoutException.class);
    assertThat(batches.get(1)).containsExactly("late");
  }

  @Test
  void a_failed_batch_fails_its_items_and_the_next_one_goes_on() {
    GroupCommit<String, String> group = group(10, 10);
    Future<String> a = group.offer("a").orElseThrow();
    Future<String> b = group.offer("b").orElseThrow();
    commits.get(0).fail("down");
    commits.get(1).complete(List.of("B"));
    assertThat(a.failed()).isTrue();
    assertThat(b.result()).isEqualTo("B");
  }

  @Test
  void a_function_that_throws_fails_its_batch_only() {
    GroupCommit<String, String> group =
        new GroupCommit<>(
            batch -> {
              throw new IllegalStateException("defect");
            },
            10,
            1,
            10);
    assertThat(group.offer("a").orElseThrow().failed()).isTrue();
    assertThat(group.isIdle()).isTrue();
  }

  @Test
  void a_result_list_of_the_wrong_length_is_a_defect_that_nobody_mistakes_for_success() {
    GroupCommit<String, String> group = group(10, 10);
    Future<String> a = group.offer("a").orElseThrow();
    commits.get(0).complete(List.of());
    assertThat(a.failed()).isTrue();
  }
}
