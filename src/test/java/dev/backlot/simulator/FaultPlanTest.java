package dev.backlot.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.Section;
import dev.backlot.config.SimulatorFault;
import dev.backlot.config.SimulatorFault.Target;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultPlanTest {
  private static final Duration HORIZON = Duration.ofMinutes(2);

  @Test
  void the_same_seed_brings_the_same_fate() {
    String rule = "{'fault':'late','probability':0.3,'delay':'1s','delay-max':'2m'}";

    assertThat(fates(plan(7, rule), 200)).isEqualTo(fates(plan(7, rule), 200));
  }

  @Test
  void another_seed_brings_another_fate() {
    String rule = "{'fault':'lost','probability':0.5}";

    assertThat(fates(plan(7, rule), 200)).isNotEqualTo(fates(plan(8, rule), 200));
  }

  @Test
  void a_rule_meets_its_probability() {
    List<Mishaps> fates = fates(plan(7, "{'fault':'lost','probability':0.2}"), 10_000);

    assertThat(fates.stream().filter(fate -> !fate.all().isEmpty()).count())
        .isBetween(1_900L, 2_100L);
  }

  @Test
  void a_delay_is_drawn_from_its_range() {
    List<Mishaps> fates = fates(plan(7, "{'fault':'late','delay':'1s','delay-max':'3s'}"), 500);

    assertThat(fates)
        .allSatisfy(fate -> assertThat(fate.all().get(0).delay()).isBetween(1_000L, 3_000L));
    assertThat(fates.stream().map(fate -> fate.all().get(0).delay()).distinct().count())
        .isGreaterThan(100);
  }

  @Test
  void a_rule_with_a_count_is_spent_after_it() {
    FaultPlan plan = plan(7, "{'fault':'lost','count':3}");

    assertThat(fates(plan, 10).stream().filter(fate -> !fate.all().isEmpty())).hasSize(3);
    assertThat(plan.rules()).isEmpty();
  }

  @Test
  void a_rule_ends_with_its_time() {
    FaultPlan plan = plan(7, "{'fault':'broken','target':'any','for':'10s'}");

    assertThat(plan.on(Target.QUERY, 9_999).first()).isNotNull();
    assertThat(plan.on(Target.QUERY, 10_000).first()).isNull();
  }

  @Test
  void an_outage_can_be_planned_ahead() {
    FaultPlan plan = plan(7, "{'fault':'broken','target':'any','after':'5s','for':'10s'}");

    assertThat(plan.on(Target.QUERY, 4_999).first()).isNull();
    assertThat(plan.on(Target.QUERY, 5_000).first()).isNotNull();
    assertThat(plan.on(Target.QUERY, 14_999).first()).isNotNull();
    assertThat(plan.on(Target.QUERY, 15_000).first()).isNull();
  }

  @Test
  void delays_can_spread_around_a_median() {
    String rule = "{'fault':'slow','target':'any','delay':'1s','delay-max':'4s','spread':0.5}";
    FaultPlan plan = plan(7, rule);

    long[] delays =
        IntStream.range(0, 2_000)
            .mapToLong(n -> plan.on(Target.MEDIA, 0).all().get(0).delay())
            .sorted()
            .toArray();

    assertThat(delays[1_000]).isBetween(950L, 1_050L);
    assertThat(delays[320]).isBetween(550L, 660L);
    assertThat(delays[1_999]).isEqualTo(4_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'fault':'moderate','target':'callback'} | must be create for this fault",
        "{'fault':'lost','target':'query'} | must be create for this fault",
        "{'fault':'slow','target':'callback'} | must not be callback for this fault",
        "{'fault':'reorder','target':'any'} | must be callback for this fault",
        "{'fault':'lost','word':'x'} | is only for status, with at most 64 characters",
        "{'fault':'slow','spread':3} | must be between 0 and 2"
      })
  void a_rule_that_cannot_be_meant_is_refused(String rule, String problem) {
    assertThatThrownBy(() -> plan(7, rule)).hasMessageContaining(problem);
  }

  @Test
  void any_is_not_for_callbacks() {
    FaultPlan plan = plan(7, "{'fault':'slow','target':'any','delay':'1s'}");

    assertThat(plan.onCallback(List.of(), 0).all()).isEmpty();
  }

  @Test
  void a_rule_hits_only_its_target() {
    FaultPlan plan = plan(7, "{'fault':'reset','target':'query'}");

    assertThat(plan.onCreate("", null, 0).first()).isNull();
    assertThat(plan.on(Target.MEDIA, 0).first()).isNull();
    assertThat(plan.on(Target.QUERY, 0).first()).isNotNull();
  }

  @Test
  void a_full_plan_takes_no_more() {
    FaultPlan plan = plan(7, "{'fault':'lost'}");
    List<SimulatorFault> thousand =
        Collections.nCopies(1_000, SimulatorFault.onCreate(SimulatorFault.Kind.LOST));

    assertThatThrownBy(() -> plan.add(thousand, 0))
        .hasMessage("faults: at most 1000 rules in force");
    assertThat(plan.rules()).hasSize(1);
  }

  private static FaultPlan plan(long seed, String rule) {
    JsonObject json = new JsonObject(rule.replace('\'', '"'));
    Section section = new Section("fault", json.getMap(), true, name -> "");
    FaultPlan plan = new FaultPlan(seed, HORIZON);
    plan.add(List.of(SimulatorFault.from(section, HORIZON)), 0);
    return plan;
  }

  private static List<Mishaps> fates(FaultPlan plan, int creates) {
    return IntStream.range(0, creates).mapToObj(n -> plan.onCreate("", "ord-" + n, 0)).toList();
  }
}
