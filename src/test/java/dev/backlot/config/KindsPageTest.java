package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.catalog.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page of kinds, held to the files that it speaks of. */
class KindsPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/kinds.md");

  @Test
  void every_kind_is_on_the_page() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(CatalogFiles.load().all())
        .extracting(Kind::name)
        .allSatisfy(kind -> assertThat(page).contains("`" + kind + "`"));
  }

  @Test
  void the_addition_that_it_shows_is_all_in_the_files() throws IOException {
    Map<String, List<String>> shown = shown();

    assertThat(shown).hasSize(3);
    for (Map.Entry<String, List<String>> file : shown.entrySet()) {
      String text = Files.readString(Path.of(file.getKey()));
      assertThat(file.getValue()).isNotEmpty().allSatisfy(part -> assertThat(text).contains(part));
    }
  }

  /** Parts by file: lines that stand together. */
  private static Map<String, List<String>> shown() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf("```diff\n") + 8;
    Map<String, List<String>> shown = new LinkedHashMap<>();
    List<String> parts = new ArrayList<>();
    for (String line : page.substring(from, page.indexOf("```", from)).split("\n")) {
      if (line.startsWith("+++ ")) {
        parts = new ArrayList<>(List.of(""));
        shown.put(line.substring(4), parts);
      } else if (line.startsWith("+")) {
        int last = parts.size() - 1;
        parts.set(last, parts.get(last) + line.substring(1) + "\n");
      } else {
        parts.add("");
      }
    }
    return shown;
  }
}
