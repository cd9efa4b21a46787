package dev.backlot.domain.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.schedule.FairShare.Candidate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairShareTest {
  @Test
  void lanes_of_equal_weight_take_turns() {
    assertThat(order(of("a", 3, 1), of("b", 3, 1)))
        .containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
  }

  @Test
  void a_lane_of_twice_the_weight_gets_twice_as_much() {
    List<String> order = order(of("a", 6, 2), of("b", 6, 1));

    assertThat(order.subList(0, 6)).filteredOn(job -> job.startsWith("a")).hasSize(4);
  }

  @Test
  void a_costly_job_moves_its_lane_on_further() {
    List<Candidate<String, String, String>> dear =
        List.of(candidate("a0", "a", 0, 4), candidate("a1", "a", 0, 4));

    assertThat(order(dear, of("b", 4, 1))).containsExactly("a0", "b0", "b1", "b2", "b3", "a1");
  }

  @Test
  void a_lane_that_is_behind_catches_up_first() {
    List<Candidate<String, String, String>> ahead = List.of(candidate("a0", "a", 2, 1));

    assertThat(order(ahead, of("b", 3, 1))).containsExactly("b0", "b1", "a0", "b2");
  }

  @Test
  void batches_share_what_their_tenant_gets_and_no_more() {
    List<Candidate<String, String, String>> batches =
        List.of(
            inBatch("a-one-0", "one"),
            inBatch("a-one-1", "one"),
            inBatch("a-two-0", "two"),
            inBatch("a-two-1", "two"));

    assertThat(order(batches, of("b", 3, 1)))
        .containsExactly("a-one-0", "b0", "a-two-0", "b1", "a-one-1", "b2", "a-two-1");
  }

  private static Candidate<String, String, String> inBatch(String job, String batch) {
    return new Candidate<>(job, "a", 0, 1, batch, 0, 1, 1);
  }

  private static Candidate<String, String, String> candidate(
      String job, String lane, double tag, double cost) {
    return new Candidate<>(job, lane, tag, 1, lane, 0, 1, cost);
  }

  private static List<Candidate<String, String, String>> of(String lane, int jobs, int weight) {
    List<Candidate<String, String, String>> candidates = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      candidates.add(new Candidate<>(lane + i, lane, 0, weight, lane, 0, 1, 1));
    }
    return candidates;
  }

  private static List<String> order(
      List<Candidate<String, String, String>> one, List<Candidate<String, String, String>> other) {
    List<Candidate<String, String, String>> all = new ArrayList<>(one);
    all.addAll(other);
    return FairShare.order(all).stream().map(Candidate::job).toList();
  }
}
