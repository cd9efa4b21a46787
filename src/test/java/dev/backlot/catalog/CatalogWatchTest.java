package dev.backlot.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.config.ConfigException;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.credit.Credits;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CatalogWatchTest {
  private static final String CAPABILITIES =
      """
      version: "1"
      fields: {all: {mode: {type: one-of, values: [std, pro]}}}
      features: {}
      kinds:
        text2video:
          path: /p
          dialect: legacy
          pack: video
          model: {at: model_name, default: m}
          mode: {at: mode, default: std}
          seconds: {at: duration, default: 5}
          fields: [all]
          needs: []
          alternatives: []
          models: {m: {modes: [std], durations: [5]}}
      """;
  private static final String PRICES =
      """
      version: "1"
      prices: [{asset: video-unit, models: [m], modes: [std], per-output: "2"}]
      """;
  private static final CatalogText FIRST = new CatalogText(CAPABILITIES, PRICES);
  private static final CatalogText DEARER =
      new CatalogText(CAPABILITIES, PRICES.replace("\"2\"", "\"3\"").replace("\"1\"", "\"2\""));

  private final CurrentCatalog current = new CurrentCatalog(CatalogFiles.read(FIRST));
  private final FakePriceBooks books = new FakePriceBooks();
  private final List<Catalog> prepared = new ArrayList<>();
  private @Nullable CatalogText onDisk = FIRST;
  private Future<Void> preparation = Future.succeededFuture();
  private final CatalogWatch watch =
      new CatalogWatch(
          new CatalogWatch.Files(this::read, text -> Future.future(parse(text))),
          FIRST,
          current,
          books,
          next -> {
            prepared.add(next);
            return preparation;
          },
          InstantSource.fixed(Instant.EPOCH));

  private Future<CatalogText> read() {
    return onDisk == null
        ? Future.failedFuture(new ConfigException("catalog.prices", "cannot be read"))
        : Future.succeededFuture(onDisk);
  }

  private static io.vertx.core.Handler<io.vertx.core.Promise<Catalog>> parse(CatalogText text) {
    return promise -> promise.complete(CatalogFiles.read(text));
  }

  private Credits price() {
    Catalog catalog = current.get();
    return catalog.price(catalog.check("text2video", null, Map.of())).amount();
  }

  private void looks(int times) {
    for (int i = 0; i < times; i++) {
      watch.runOnce();
    }
  }

  @Test
  void new_prices_count_from_the_second_look_that_finds_them() {
    onDisk = DEARER;

    looks(1);
    assertThat(price()).isEqualTo(Credits.of("2"));

    looks(1);
    assertThat(price()).isEqualTo(Credits.of("3"));
    assertThat(current.get().priceVersion()).isEqualTo("2");
    assertThat(books.kept).containsKey("2");
  }

  @Test
  void a_file_that_changes_from_look_to_look_is_still_being_written() {
    onDisk = new CatalogText(CAPABILITIES, DEARER.prices() + "# half");
    looks(1);
    onDisk = DEARER;
    looks(1);

    assertThat(price()).isEqualTo(Credits.of("2"));
  }

  @Test
  void room_for_new_models_is_made_before_they_can_be_asked_for() {
    preparation = Future.failedFuture("the database is away");
    onDisk = DEARER;

    looks(2);
    assertThat(prepared).hasSize(1);
    assertThat(price()).isEqualTo(Credits.of("2"));

    preparation = Future.succeededFuture();
    looks(1);
    assertThat(price()).isEqualTo(Credits.of("3"));
  }

  @Test
  void a_file_that_makes_no_sense_leaves_the_catalog_and_is_told() {
    onDisk = new CatalogText(CAPABILITIES, DEARER.prices().replace("per-output", "per-clip"));

    looks(3);

    assertThat(price()).isEqualTo(Credits.of("2"));
    assertThat(watch.refusal()).hasValueSatisfying(why -> assertThat(why).contains("per-second"));
    assertThat(books.kept).isEmpty();
  }

  @Test
  void what_has_no_price_is_refused_as_a_whole() {
    onDisk =
        new CatalogText(
            CAPABILITIES.replace("\"1\"", "\"2\"").replace("modes: [std]", "modes: [std, pro]"),
            PRICES);

    looks(2);

    assertThat(watch.refusal())
        .hasValueSatisfying(why -> assertThat(why).contains("no price").contains("pro"));
    assertThat(current.get().version()).isEqualTo("1");
  }

  @Test
  void a_refusal_ends_when_the_files_are_mended() {
    onDisk = new CatalogText(CAPABILITIES, "version: ");
    looks(2);
    assertThat(watch.refusal()).isPresent();

    onDisk = DEARER;
    looks(2);
    assertThat(watch.refusal()).isEmpty();
    assertThat(price()).isEqualTo(Credits.of("3"));
  }

  @Test
  void a_refusal_ends_when_the_files_are_put_back() {
    onDisk = new CatalogText(CAPABILITIES, "version: ");
    looks(2);

    onDisk = FIRST;
    looks(1);
    assertThat(watch.refusal()).isEmpty();
  }

  @Test
  void prices_that_changed_under_their_old_version_are_refused() {
    onDisk = new CatalogText(CAPABILITIES, PRICES.replace("\"2\"", "\"3\""));

    looks(2);

    assertThat(watch.refusal())
        .hasValueSatisfying(why -> assertThat(why).contains("its version is 1 as before"));
    assertThat(price()).isEqualTo(Credits.of("2"));
  }

  @Test
  void prices_under_a_version_that_another_node_has_used_are_refused() {
    books.kept.put("2", "other prices");
    onDisk = DEARER;

    looks(2);

    assertThat(watch.refusal())
        .hasValueSatisfying(why -> assertThat(why).contains("version 2 was in use"));
    assertThat(price()).isEqualTo(Credits.of("2"));
  }

  @Test
  void a_kind_cannot_be_taken_out_because_jobs_of_it_may_be_waiting() {
    onDisk =
        new CatalogText(
            CAPABILITIES.replace("text2video:", "text3video:").replace("\"1\"", "\"2\""), PRICES);

    looks(2);

    assertThat(watch.refusal())
        .hasValueSatisfying(why -> assertThat(why).contains("no kind named text2video"));
  }

  @Test
  void prices_are_not_taken_while_they_cannot_be_kept() {
    books.away = true;
    onDisk = DEARER;
    looks(2);
    assertThat(price()).isEqualTo(Credits.of("2"));
    assertThat(watch.refusal()).isEmpty();

    books.away = false;
    looks(1);
    assertThat(price()).isEqualTo(Credits.of("3"));
  }

  @Test
  void a_file_that_is_gone_leaves_the_catalog_and_is_told_until_it_is_back() {
    onDisk = null;
    looks(2);
    assertThat(watch.refusal()).hasValue("catalog.prices: cannot be read");
    assertThat(price()).isEqualTo(Credits.of("2"));

    onDisk = FIRST;
    looks(1);
    assertThat(watch.refusal()).isEmpty();
  }
}
