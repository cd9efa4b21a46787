package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.catalog.StandIns.Asking;
import dev.backlot.domain.job.StandIn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chains of the catalog that comes with the service. */
class FallbackChainsTest {
  private static final Catalog CATALOG = CatalogFiles.load();
  private static final String IMAGE = "https://example.com/boat.png";

  /** An input for each kind that has chains; a kind without one here fails. */
  private static final Map<String, Map<String, Object>> SAMPLES =
      Map.of(
          "text2video", Map.of("prompt", "a boat"),
          "image2video", Map.of("prompt", "a boat", "image", IMAGE),
          "images", Map.of("prompt", "a boat"),
          "text-to-video", Map.of("prompt", "a boat"),
          "image-to-video",
              Map.of(
                  "contents",
                  List.of(
                      Map.of("type", "prompt", "text", "a boat"),
                      Map.of("type", "first_frame", "url", IMAGE))));

  private final StandIns standIns =
      new StandIns(() -> CATALOG, (pool, account) -> Reach.everywhere());

  record Line(Kind kind, Fallback fallback) {
    @Override
    public String toString() {
      return "%s of %s".formatted(fallback, kind.name());
    }

    /** The sample of one of its models, which the input names or does not. */
    Facts check(String model, Map<String, Object> sample) {
      boolean beside = kind.choices().model().at() == null;
      Map<String, Object> input = new HashMap<>(sample);
      if (!beside) {
        input.put("model_name", model);
      }
      String mode = fallback.mode();
      if (mode != null) {
        input.put("mode", mode);
      }
      return CATALOG.check(kind.name(), beside ? model : null, input);
    }
  }

  static Stream<Line> lines() {
    return CATALOG.all().stream()
        .flatMap(kind -> kind.fallbacks().stream().map(fallback -> new Line(kind, fallback)));
  }

  private static @Nullable Map<String, Object> sample(Line line) {
    return SAMPLES.get(line.kind().name());
  }

  @ParameterizedTest
  @MethodSource("lines")
  void a_stand_in_takes_the_same_input_for_what_is_reserved(Line line) {
    Map<String, Object> sample = Objects.requireNonNull(sample(line));
    String model = line.fallback().model();
    Facts asked = line.check(model, sample);
    Price reserved = CATALOG.price(asked);

    StandIn by =
        standIns
            .next(
                new Asking(
                    "default",
                    null,
                    line.kind().name(),
                    model,
                    model,
                    asked.input(),
                    reserved.asset(),
                    reserved.amount()))
            .orElseThrow();

    Price costs = CATALOG.price(line.check(by.model(), sample));
    assertThat(line.fallback().to()).contains(by.model());
    assertThat(costs.asset()).isEqualTo(reserved.asset());
    assertThat(costs.amount()).isLessThanOrEqualTo(reserved.amount());
  }

  @Test
  void every_step_of_a_chain_can_be_taken() {
    assertThat(CATALOG.chains())
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.never()).isEmpty());
  }

  @Test
  void the_kinds_of_which_models_are_much_alike_have_chains() {
    assertThat(lines().map(line -> line.kind().name()).distinct())
        .containsExactlyInAnyOrderElementsOf(SAMPLES.keySet());
  }
}
