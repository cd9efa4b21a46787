package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.drill.DrillPlan.Fault;
import dev.backlot.drill.DrillPlan.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrillPlanTest {
  @Test
  void a_seed_says_which_faults_hit_whom_and_in_which_order() {
    assertThat(plan(7).faults()).isEqualTo(plan(7).faults()).isNotEqualTo(plan(8).faults());
  }

  @Test
  void every_fault_that_was_asked_for_is_there() {
    List<Kind> kinds = plan(7).faults().stream().map(Fault::kind).toList();

    assertThat(kinds).filteredOn(Kind.KILL::equals).hasSize(30);
    assertThat(kinds).filteredOn(Kind.PAUSE::equals).hasSize(10);
    assertThat(kinds).filteredOn(Kind.PARTITION::equals).hasSize(5);
    assertThat(kinds).filteredOn(Kind.SPLIT::equals).hasSize(4);
    assertThat(kinds).filteredOn(Kind.ROLL::equals).hasSize(3);
    assertThat(kinds).filteredOn(Kind.RESTART::equals).hasSize(2);
  }

  @Test
  void some_faults_are_over_before_the_lease_and_some_are_not() {
    Duration lease = Duration.ofSeconds(3);

    assertThat(plan(7).faults()).anyMatch(fault -> fault.lasting().compareTo(lease) < 0);
    assertThat(plan(7).faults()).anyMatch(fault -> fault.lasting().compareTo(lease) > 0);
  }

  @Test
  void some_last_until_others_may_have_sent_anew() {
    Duration anew = DrillPlan.UNKNOWN_HORIZON.plusSeconds(3);

    assertThat(plan(7).faults()).anyMatch(fault -> fault.lasting().compareTo(anew) > 0);
  }

  private static DrillPlan plan(long seed) {
    return new DrillPlan(
        seed, 3, 2_000, 30, 10, 5, 4, 3, 2, Duration.ofSeconds(3), Optional.empty());
  }
}
