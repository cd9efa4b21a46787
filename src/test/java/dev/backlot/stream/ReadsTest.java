package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ReadsTest {
  private static final int MANY = 100_000;

  private final Reads reads = new Reads(2);
  private final Queue<Promise<Integer>> asked = new ArrayDeque<>();

  @Test
  void few_are_read_at_a_time_and_the_others_in_their_order() {
    List<Integer> answers = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      int number = n;
      reads.run(this::ask).onSuccess(done -> answers.add(number));
    }

    assertThat(asked).hasSize(2);
    while (!asked.isEmpty()) {
      asked.remove().complete(1);
      assertThat(asked.size()).isLessThanOrEqualTo(2);
    }
    assertThat(answers).containsExactly(0, 1, 2, 3, 4);
  }

  /** As when the pool of the database has its fill while a crowd waits. */
  @Test
  void a_crowd_that_is_refused_at_once_is_answered_all_the_same() {
    reads.run(this::ask);
    reads.run(this::ask);
    List<Future<Integer>> crowd = new ArrayList<>();
    for (int n = 0; n < MANY; n++) {
      crowd.add(reads.run(() -> Future.failedFuture("no room")));
    }

    asked.remove().complete(1);

    assertThat(crowd).allMatch(Future::failed);
    Future<Integer> next = reads.run(this::ask);
    assertThat(asked).as("asked at once when there is room").hasSize(2);
    asked.forEach(each -> each.complete(2));
    assertThat(next.result()).isEqualTo(2);
  }

  private Future<Integer> ask() {
    Promise<Integer> answer = Promise.promise();
    asked.add(answer);
    return answer.future();
  }
}
