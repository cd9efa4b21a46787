package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainStepTest {
  /** Of the built-in catalog, with a line of our own in front of those for text2video. */
  private static List<ChainStep> chains(String line) {
    return CatalogFiles.read(
            new CatalogText(
                CatalogText.builtIn()
                    .capabilities()
                    .replaceFirst("    fallbacks:\n", "    fallbacks:\n" + line),
                CatalogText.builtIn().prices()))
        .chains();
  }

  private static String never(ChainStep step) {
    return step.never().orElse("");
  }

  @Test
  void every_step_of_the_built_in_catalog_can_be_taken() {
    assertThat(CatalogFiles.load().chains()).isNotEmpty().allMatch(step -> step.never().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "kling-v3, mode: 4k         | kling-v2-6       | kling-v2-6 can do nothing of what it is for",
        "kling-v2-5-turbo           | kling-v3         | kling-v3 costs more, whatever is asked of it",
        "kling-v2-6, mode: pro      | kling-v2-master  | kling-v2-master can do nothing of what it is for",
        "kling-v2-6, mode: std      | kling-v2-master  | kling-v2-master costs more, whatever is asked of it",
        "kling-v2-master            | kling-v3         | ''",
      })
  void a_step_that_can_never_be_taken_says_why(String from, String to, String why) {
    List<ChainStep> chains = chains("      - {model: " + from + ", to: [" + to + "]}\n");

    assertThat(never(chains.get(0))).isEqualTo(why);
  }

  @Test
  void a_line_behind_one_that_takes_all_its_jobs_is_never_taken() {
    List<ChainStep> chains =
        chains(
            """
                  - {model: kling-v3, to: [kling-v2-6]}
                  - {model: kling-v3, mode: pro, to: [kling-v2-5-turbo]}
            """);

    assertThat(never(chains.get(0))).isEmpty();
    assertThat(never(chains.get(1))).isEqualTo("a line before it takes all its jobs");
  }

  @Test
  void a_step_counts_only_what_its_model_can_do_for_no_more() {
    ChainStep step = chains("      - {model: kling-v3, mode: pro, to: [kling-v2-6]}\n").get(0);

    // 13 durations with each set of the features sound, cfg_scale and multi-shot; of these two
    // durations, with sound or without.
    assertThat(step.asked()).isEqualTo(104);
    assertThat(step.able()).isEqualTo(4);
    assertThat(step.payable()).isEqualTo(4);
  }
}
