package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.BacklotException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReachTest {
  private static final Catalog CATALOG = CatalogFiles.load();
  private static final Facts STILLS =
      CATALOG.check("images", null, Map.of("prompt", "a boat", "n", 4));

  @Test
  void what_one_account_has_the_slots_for_passes() {
    assertThatCode(() -> withSlots(4).check(STILLS)).doesNotThrowAnyException();
    assertThat(withSlots(4).fits(STILLS.slotClass(), 4)).isTrue();
    assertThat(withSlots(4).fits(STILLS.slotClass(), 5)).isFalse();
  }

  @Test
  void what_needs_more_slots_than_any_account_has_is_refused_with_the_number() {
    assertThatThrownBy(() -> withSlots(3).check(STILLS))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("more than 3 slots")
        .hasMessageContaining("needs 4 at once");
  }

  @Test
  void a_model_without_a_slot_is_refused() {
    assertThatThrownBy(() -> withSlots(0).check(STILLS))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("Take another model");
  }

  @Test
  void one_that_speaks_and_another_that_has_slots_can_nothing_together() {
    Facts turbo = CATALOG.check("text-to-video", "kling-3.0-turbo", Map.of("prompt", "a boat"));
    Reach unlike =
        new Reach(
            Set.of(Dialect.values()),
            (dialect, slotClass) -> dialect == Dialect.PATH_PER_MODEL ? 0 : 5);

    assertThatThrownBy(() -> unlike.check(turbo))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("has a slot for kling-3.0-turbo");
    assertThat(
            unlike.way(turbo.kind().routes(), turbo.slotClass(), 1, turbo.model(), turbo.input()))
        .isEmpty();
  }

  @Test
  void what_can_be_said_in_the_dialect_of_the_account_with_slots_passes() {
    Facts other = CATALOG.check("text-to-video", "kling-2.6", Map.of("prompt", "a boat"));
    Reach unlike =
        new Reach(
            Set.of(Dialect.values()),
            (dialect, slotClass) -> dialect == Dialect.PATH_PER_MODEL ? 0 : 5);

    assertThatCode(() -> unlike.check(other)).doesNotThrowAnyException();
  }

  private static Reach withSlots(int most) {
    return new Reach(Set.of(Dialect.values()), (dialect, slotClass) -> most);
  }
}
