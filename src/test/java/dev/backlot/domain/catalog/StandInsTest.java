package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.domain.catalog.StandIns.Asking;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.StandIn;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandInsTest {
  /** Of the built-in catalog, with a chain that leads from dear to cheap and back. */
  private static final Catalog CATALOG =
      CatalogFiles.read(
          new CatalogText(
              CatalogText.builtIn()
                  .capabilities()
                  .replaceFirst(
                      "    fallbacks:\n",
                      """
                          fallbacks:
                            - {model: kling-v3, mode: pro, to: [kling-v2-6]}
                            - {model: kling-v3, to: [kling-v2-master, kling-v2-5-turbo, kling-v2-6]}
                      """),
              CatalogText.builtIn().prices()));

  private final StandIns standIns =
      new StandIns(() -> CATALOG, (pool, account) -> Reach.everywhere());

  private static Asking asking(String model, Map<String, ?> input, String ceiling) {
    return new Asking(
        "default",
        null,
        "text2video",
        "kling-v3",
        model,
        input,
        Asset.VIDEO_UNIT,
        Credits.of(ceiling));
  }

  private Optional<String> next(String model, Map<String, ?> input, String ceiling) {
    return standIns.next(asking(model, input, ceiling)).map(StandIn::model);
  }

  @Test
  void the_first_that_costs_no_more_than_is_reserved_stands_in() {
    assertThat(standIns.next(asking("kling-v3", Map.of("prompt", "p"), "3")))
        .contains(new StandIn("kling-v3", "kling-v2-5-turbo", "kling-v2-5-turbo/video", 1));
  }

  @Test
  void a_chain_is_gone_through_once_and_in_one_direction() {
    assertThat(next("kling-v2-5-turbo", Map.of("prompt", "p"), "3")).contains("kling-v2-6");
    assertThat(next("kling-v2-6", Map.of("prompt", "p"), "3")).isEmpty();
  }

  @Test
  void what_costs_more_than_is_reserved_does_not_stand_in() {
    assertThat(next("kling-v3", Map.of("prompt", "p"), "1.499999")).isEmpty();
    assertThat(next("kling-v3", Map.of("prompt", "p"), "1.5")).isPresent();
  }

  @Test
  void what_cannot_do_what_the_input_asks_does_not_stand_in() {
    assertThat(next("kling-v3", Map.of("prompt", "p", "duration", "7"), "100")).isEmpty();
  }

  @Test
  void a_line_for_a_mode_counts_for_jobs_of_that_mode() {
    assertThat(next("kling-v3", Map.of("prompt", "p", "mode", "pro", "sound", "on"), "6"))
        .contains("kling-v2-6");
  }

  @Test
  void long_values_that_are_out_of_the_input_do_not_matter() {
    Map<String, ?> input = Map.of("image", Map.of("$part", 0, "length", 70_000), "prompt", "p");

    assertThat(CATALOG.asIf("image2video", "kling-v2-6", input)).isPresent();
  }

  @Test
  void what_no_account_of_the_pool_can_be_sent_does_not_stand_in() {
    StandIns nowhere = new StandIns(() -> CATALOG, (pool, account) -> new Reach(Set.of()));

    assertThat(nowhere.next(asking("kling-v3", Map.of("prompt", "p"), "3"))).isEmpty();
  }

  @Test
  void a_model_that_was_taken_out_of_the_catalog_has_no_way() {
    assertThat(standIns.hasWay(asking("kling-v3", Map.of("prompt", "p"), "3"))).isTrue();
    assertThat(standIns.hasWay(asking("kling-taken-out", Map.of("prompt", "p"), "3"))).isFalse();
  }

  @Test
  void what_is_paid_in_another_asset_does_not_stand_in() {
    Asking dollars =
        new Asking(
            "default",
            null,
            "text2video",
            "kling-v3",
            "kling-v3",
            Map.of("prompt", "p"),
            Asset.USD,
            Credits.of("1000"));

    assertThat(standIns.next(dollars)).isEmpty();
  }

  @Test
  void a_model_without_a_chain_has_no_stand_in() {
    Asking other =
        new Asking(
            "default",
            null,
            "text2video",
            "kling-v2-6",
            "kling-v2-6",
            Map.of("prompt", "p"),
            Asset.VIDEO_UNIT,
            Credits.of("1000"));

    assertThat(standIns.next(other)).isEmpty();
  }
}
