package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.catalog.Catalog;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogFilesTest {
  private static final String CAPABILITIES =
      """
      version: "1"
      fields: {all: {mode: {type: one-of, values: [std, pro]}}}
      features: {}
      kinds:
        text2video:
          path: /p
          lookup: path
          dialect: legacy
          pack: video
          model: {at: model_name, default: m}
          mode: {at: mode, default: std}
          seconds: {at: duration, default: 5}
          fields: [all]
          needs: []
          alternatives: []
          models: {m: {modes: [std, pro], durations: [5]}}
      """;
  private static final String PRICES =
      """
      version: "1"
      prices: [{asset: video-unit, models: [m], modes: [std], per-output: "2"}]
      """;

  /** An installation keeps each version for good, and starts with no other text of that name. */
  private static final Map<String, String> BUILT_IN_PRICES =
      Map.of("2026-11", "6d923691630a5be5113a113cb57ae7805f584dfdefdf65f3b80b395403b47a7f");

  @Test
  void a_version_of_the_built_in_prices_stands_for_one_text() throws Exception {
    byte[] text = CatalogText.builtIn().prices().getBytes(StandardCharsets.UTF_8);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);

    assertThat(BUILT_IN_PRICES)
        .as("digests by version; prices that have changed need a version of their own")
        .containsEntry(CatalogFiles.load().priceVersion(), HexFormat.of().formatHex(digest));
  }

  @Test
  void what_can_be_asked_for_and_has_no_price_is_an_error_at_start() {
    assertThatThrownBy(() -> read(CAPABILITIES, PRICES))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no price in 1 for text2video with m, mode 'pro', 5 s");
  }

  @Test
  void a_set_of_fields_that_is_not_there_is_named() {
    assertThatThrownBy(() -> read(CAPABILITIES.replace("[all]", "[al]"), PRICES))
        .hasMessage("catalog.capabilities.kinds.text2video.fields: there is no set named al");
  }

  @Test
  void a_path_that_does_not_suit_its_dialect_is_an_error_at_start() {
    assertThatThrownBy(() -> read(CAPABILITIES.replace("path: /p", "path: /p/{model}"), PRICES))
        .hasMessageContaining("kinds.text2video.path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{model: x, to: [m]}|must be among the models above",
        "{model: m, to: [x]}|must be among the models above",
        "{model: m, to: [m]}|none for itself",
        "{model: m, to: []}|at least one model",
        "{model: m, to: [n, n]}|each once",
        "{model: m, mode: 4k, to: [n]}|one of the modes of m",
        "{model: gone, to: [n]}|withdrawn: true",
        "{model: m, withdrawn: true, to: [n]}|not among the models above",
        "{model: gone, withdrawn: true, to: [gone]}|among the models above",
      })
  void a_chain_that_leads_nowhere_is_an_error_at_start(String fallback, String says) {
    String capabilities =
        CAPABILITIES.replace(
                "{m: {modes: [std, pro], durations: [5]}}",
                "{m: {modes: [std], durations: [5]}, n: {modes: [std], durations: [5]}}")
            + "    fallbacks: ["
            + fallback
            + "]\n";

    assertThatThrownBy(() -> read(capabilities, PRICES.replace("[m]", "[m, n]")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("kinds.text2video.fallbacks")
        .hasMessageContaining(says);
  }

  @Test
  void a_chain_may_lead_on_from_a_model_that_was_taken_out() {
    Catalog catalog =
        read(
            CAPABILITIES + "    fallbacks: [{model: gone, withdrawn: true, to: [m]}]\n",
            PRICES.replace("modes: [std], ", ""));

    assertThat(catalog.fallbacks("text2video", "gone", Map.of("prompt", "p"))).containsExactly("m");
    assertThat(catalog.chains()).isEmpty();
  }

  @Test
  void a_default_that_no_model_is_called_is_an_error_at_start() {
    assertThatThrownBy(() -> read(CAPABILITIES.replace("default: m}", "default: n}"), PRICES))
        .hasMessageContaining("kinds.text2video.model");
  }

  @Test
  void what_a_result_is_to_tell_must_be_a_member_of_the_input() {
    String told = "tells: [{from: nobody, at: videos/nobody}]\n    needs:";

    assertThatThrownBy(() -> read(CAPABILITIES.replace("needs:", told), PRICES))
        .hasMessageContaining("kinds.text2video.tells");
  }

  @Test
  void a_misspelled_key_is_named() {
    assertThatThrownBy(() -> read(CAPABILITIES.replace("needs:", "need:"), PRICES))
        .hasMessageContaining("kinds.text2video.need: unknown key");
  }

  @Test
  void what_is_no_number_is_an_error_that_names_its_file() {
    assertThatThrownBy(() -> read(CAPABILITIES, PRICES.replace("\"2\"", "two")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("catalog.prices");
    assertThatThrownBy(() -> read(CAPABILITIES.replace("[5]", "[five]"), PRICES))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("catalog.capabilities");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e3",
        "+1",
        "-1",
        "1.",
        ".5",
        "0x1p3",
        "1.0000001",
        "123456789012345",
        "0",
        "0.0"
      })
  void a_price_is_a_plain_decimal_above_0(String price) {
    assertThatThrownBy(() -> read(CAPABILITIES, PRICES.replace("\"2\"", '"' + price + '"')))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("catalog.prices.prices[0].per-output: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "ä", "a/b", "\\u0000"})
  void a_version_is_of_plain_characters(String version) {
    String other = "version: \"" + version + "\"";

    assertThatThrownBy(() -> read(CAPABILITIES, PRICES.replace("version: \"1\"", other)))
        .hasMessageStartingWith("catalog.prices.version: must be 1 to 64 of the characters");
    assertThatThrownBy(() -> read(CAPABILITIES.replace("version: \"1\"", other), PRICES))
        .hasMessageStartingWith("catalog.capabilities.version: must be 1 to 64");
  }

  @Test
  void a_version_has_at_most_64_characters() {
    String prices = PRICES.replace("modes: [std], ", "");
    String longest = "aZ9._-" + "x".repeat(58);

    assertThat(read(CAPABILITIES, prices.replace("\"1\"", longest)).priceVersion())
        .isEqualTo(longest);
    assertThatThrownBy(() -> read(CAPABILITIES, prices.replace("\"1\"", longest + "x")))
        .hasMessageStartingWith("catalog.prices.version: must be 1 to 64 of the characters");
  }

  private static Catalog read(String capabilities, String prices) {
    return CatalogFiles.read(new CatalogText(capabilities, prices));
  }
}
