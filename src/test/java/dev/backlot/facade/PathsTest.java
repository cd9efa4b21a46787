package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Kind;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
  private static final Catalog CATALOG = CatalogFiles.load();

  private static Stream<String> kinds() {
    return CATALOG.all().stream().map(Kind::name);
  }

  private static Kind kind(String name) {
    return CATALOG.all().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Whatever is in the catalog, without a word of it here. */
  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_is_made_at_the_root_and_below_the_prefix(String name) {
    Kind kind = kind(name);
    boolean legacy = kind.own().dialect() == Dialect.LEGACY;
    String path = kind.own().pathFor("some-model");
    Target made = new Target.Create(kind, legacy ? null : "some-model");

    assertThat(Paths.target(CATALOG, "POST", path)).contains(made);
    assertThat(Paths.target(CATALOG, "POST", "/kling" + path)).contains(made);
    assertThat(Paths.target(CATALOG, "POST", "//kling//" + path + "/")).contains(made);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_of_the_older_dialect_has_its_queries_and_its_list(String name) {
    Kind kind = kind(name);
    if (kind.own().dialect() != Dialect.LEGACY) {
      return;
    }
    String path = kind.own().path();

    assertThat(Paths.target(CATALOG, "GET", path)).contains(new Target.Page(kind));
    assertThat(Paths.target(CATALOG, "GET", "/kling" + path + "/1"))
        .contains(new Target.One(kind, "1"));
  }

  @ParameterizedTest
  @CsvSource({"/1, 1", "//1/, 1", "/a%20b%2Fc, a b/c", "/a+b, a+b", "/%, %"})
  void a_task_is_named_by_the_last_part(String end, String id) {
    assertThat(Paths.target(CATALOG, "GET", "/v1/videos/text2video" + end))
        .contains(new Target.One(kind("text2video"), id));
  }

  @Test
  void lists_and_accounts_have_paths_of_their_own() {
    assertThat(Paths.target(CATALOG, "GET", "/v1/images/generations"))
        .contains(new Target.Page(kind("images")));
    assertThat(Paths.target(CATALOG, "GET", "/tasks")).contains(new Target.Tasks());
    assertThat(Paths.target(CATALOG, "POST", "/tasks")).contains(new Target.Search());
    assertThat(Paths.target(CATALOG, "GET", "/kling/account/costs")).contains(new Target.Costs());
    assertThat(Paths.target(CATALOG, "POST", "/account/billing/balance"))
        .contains(new Target.Billing(false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1",
        "/v1/videos",
        "/kling",
        "/kling/api/v1/jobs",
        "/text-to-video",
        "/text-to-video/a/b",
        "/tasks/1",
        "/account"
      })
  void what_is_theirs_and_nothing_is_told_in_their_words(String path) {
    assertThat(Paths.target(CATALOG, "POST", path)).contains(new Target.Nothing());
    assertThat(Paths.target(CATALOG, "DELETE", path)).contains(new Target.Nothing());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "", "/api/v1/jobs", "/docs", "/klingon", "/v10", "/client/a.js"})
  void what_is_ours_stays_ours(String path) {
    assertThat(Paths.target(CATALOG, "GET", path)).isEmpty();
    assertThat(Paths.target(CATALOG, "POST", path)).isEmpty();
  }
}
