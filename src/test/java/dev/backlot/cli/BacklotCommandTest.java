package dev.backlot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.cli.StoreAccess.Stores;
import dev.backlot.config.AppConfig;
import dev.backlot.config.CatalogText;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.schedule.Share;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BacklotCommandTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  private final TenantBook book = new TenantBook();
  private final List<String> ran = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Optional<RuntimeException> storeFailure = Optional.empty();

  @Test
  void without_a_command_it_serves() {
    assertThat(run()).isEqualTo(7);
    assertThat(ran).containsExactly("serve 200");
  }

  @Test
  void serve_serves() {
    assertThat(run("serve")).isEqualTo(7);
    assertThat(ran).containsExactly("serve 200");
  }

  @Test
  void a_share_is_shown_and_changed() {
    assertThat(run("tenants", "share", "--tenant", "acme")).isZero();
    assertThat(out.toString()).contains("acme: weight 1, no limit in flight");

    assertThat(run("tenants", "share", "--tenant", "acme", "--weight", "3", "--max-in-flight", "5"))
        .isZero();
    assertThat(book.share).isEqualTo(new Share(3, 5));

    assertThat(run("tenants", "share", "--tenant", "acme", "--max-in-flight", "-1")).isZero();
    assertThat(book.share).isEqualTo(new Share(3, null));
  }

  @Test
  void a_weight_outside_its_range_is_wrong_usage() {
    assertThat(run("tenants", "share", "--tenant", "acme", "--weight", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--weight must be between 1 and 1000");
  }

  @Test
  void a_printed_catalog_is_a_version_of_ones_own_to_start_from() throws Exception {
    assertThat(run("catalog", "print", "prices")).isZero();
    Path prices = directory.resolve("prices.yaml");
    Files.writeString(
        prices, out.toString().replaceFirst("version: \"[^\"]+\"", "version: \"mine\""));

    assertThat(run("catalog", "check", "--prices", prices.toString())).isZero();
    assertThat(out.toString()).contains("has a price of version mine");
  }

  @Test
  void a_checked_catalog_tells_its_chains_and_which_steps_can_never_be_taken() throws Exception {
    Path capabilities = directory.resolve("capabilities.yaml");
    Files.writeString(
        capabilities,
        CatalogText.builtIn()
            .capabilities()
            .replaceFirst(
                "    fallbacks:\n",
                "    fallbacks:\n      - {model: kling-v3, mode: 4k, to: [kling-v2-6]}\n"));

    assertThat(run("catalog", "check", "--capabilities", capabilities.toString())).isZero();
    assertThat(out.toString())
        .contains(
            "text2video: kling-v3 in 4k -> kling-v2-6:"
                + " NEVER, because kling-v2-6 can do nothing of what it is for")
        .contains("text2video: kling-v2-master -> kling-v2-6: for 2 of 2 combinations");
  }

  @Test
  void a_catalog_that_makes_no_sense_is_named_with_its_entry() throws Exception {
    Path prices = directory.resolve("prices.yaml");
    Files.writeString(prices, "version: \"1\"\nprices: []\n");

    assertThat(run("catalog", "check", "--prices", prices.toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith("Configuration: catalog.prices: no price in 1 for");
  }

  @Test
  void simulate_runs_the_simulator() {
    assertThat(run("simulate")).isEqualTo(8);
    assertThat(ran).containsExactly("simulate 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--set results.streams=101",
        "--set results.streams=101 serve",
        "serve --set results.streams=101",
        "serve --set=results.streams=101",
        "--set results.streams=99 --set results.streams=101 serve",
        "--set results.streams=99 serve --set results.streams=101",
        "serve --set results.streams=101 --set results.streams=99 --set results.streams=101"
      })
  void settings_are_taken_before_and_after_the_command_and_the_last_wins(String line) {
    run(line.split(" "));

    assertThat(ran).containsExactly("serve 101");
  }

  @Test
  void settings_before_and_after_the_command_add_up() {
    run("--set", "results.streams=101", "serve", "--set", "results.streams-per-tenant=101");

    assertThat(ran).containsExactly("serve 101");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_wrong_configuration_is_named_before_anything_runs() {
    assertThat(run("serve", "--set", "results.streams=0")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "Configuration: results.streams: must be between 1 and 10000, got 0");
    assertThat(ran).isEmpty();
  }

  @Test
  void a_setting_without_its_value_is_wrong_usage() {
    assertThat(run("serve", "--set")).isEqualTo(2);
    assertThat(err.toString()).contains("--set needs KEY=VALUE");
  }

  @Test
  void a_missing_file_is_named() {
    assertThat(run("serve", "--config", "nowhere.yaml")).isEqualTo(2);
    assertThat(err.toString()).startsWith("Configuration: nowhere.yaml: cannot be read");
  }

  @Test
  void an_unknown_command_is_wrong_usage() {
    assertThat(run("srve")).isEqualTo(2);
    assertThat(err.toString()).contains("srve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys", "credits"})
  void a_group_alone_says_what_it_holds(String group) {
    assertThat(run(group)).isEqualTo(2);
    assertThat(err.toString()).contains("Say which: ");
  }

  @ParameterizedTest
  @CsvSource({"--help", "serve --help", "keys --help", "keys create --help", "credits grant -h"})
  void help_is_printed(String line) {
    assertThat(run(line.split(" "))).isZero();
    assertThat(out.toString()).contains("Usage: backlot").contains("--config=FILE");
  }

  @Test
  void the_version_is_printed() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("Backlot ");
  }

  @Test
  void a_new_key_is_printed_alone() {
    assertThat(run("keys", "create", "--tenant", "acme")).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines(TenantBook.PRESENTED);
    assertThat(book.scopes).containsExactlyInAnyOrder(Scope.SUBMIT, Scope.READ, Scope.STREAM);
  }

  @Test
  void a_key_of_an_operator_is_made_when_it_is_asked_for() {
    run("keys", "create", "--tenant", "operators", "--scopes", "operate");

    assertThat(book.scopes).containsExactly(Scope.OPERATE);
  }

  @Test
  void the_words_about_a_new_key_do_not_repeat_it() {
    run("keys", "create", "--tenant", "acme");

    assertThat(err.toString()).contains("acme", "shown this once").doesNotContain("secret");
  }

  @Test
  void a_key_gets_the_scopes_that_were_asked_for() {
    run("keys", "create", "--tenant", "acme", "--scopes", "read,stream");

    assertThat(book.scopes).containsExactlyInAnyOrder(Scope.READ, Scope.STREAM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tenant Acme", "--tenant acme --scopes all", "", "--tenant"})
  void a_wrong_key_is_not_made(String options) {
    List<String> line = new ArrayList<>(List.of("keys", "create"));
    line.addAll(List.of(options.split(" ")));
    line.removeIf(String::isEmpty);

    assertThat(run(line.toArray(String[]::new))).isEqualTo(2);
    assertThat(book.scopes).isEmpty();
  }

  @Test
  void a_key_is_revoked_by_its_id() {
    assertThat(run("keys", "revoke", TenantBook.KEY_ID)).isZero();
    assertThat(out.toString()).contains("Revoked key " + TenantBook.KEY_ID);
  }

  @Test
  void revoking_what_is_not_there_fails() {
    assertThat(run("keys", "revoke", "nosuchkey000")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no key nosuchkey000");
  }

  @Test
  void a_new_pair_is_printed_alone_and_its_words_keep_the_secret() {
    assertThat(run("keys", "create-pair", "--tenant", "acme")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(TenantBook.ACCESS_KEY, TenantBook.SECRET_KEY);
    assertThat(err.toString())
        .contains(TenantBook.ACCESS_KEY, "shown this once")
        .doesNotContain(TenantBook.SECRET_KEY);
  }

  @Test
  void a_pair_is_revoked_by_its_access_key() {
    assertThat(run("keys", "revoke", TenantBook.ACCESS_KEY)).isZero();
    assertThat(out.toString()).contains("Revoked key " + TenantBook.ACCESS_KEY);
  }

  @Test
  void a_whole_key_is_not_taken_and_not_repeated() {
    assertThat(run("keys", "revoke", TenantBook.PRESENTED)).isEqualTo(2);
    assertThat(err.toString()).doesNotContain(TenantBook.PRESENTED);
  }

  @Test
  void credit_is_granted() {
    assertThat(grant("12.5", "inv-1")).isZero();
    assertThat(out.toString()).contains("Granted 12.5 video_unit to acme.");
    assertThat(book.available(Asset.VIDEO_UNIT)).isEqualTo(Credits.of("12.5"));
  }

  @Test
  void a_repeated_grant_adds_nothing_and_says_so() {
    grant("12.5", "inv-1");

    assertThat(grant("12.5", "inv-1")).isZero();
    assertThat(out.toString()).contains("Reference inv-1 was granted before");
    assertThat(book.available(Asset.VIDEO_UNIT)).isEqualTo(Credits.of("12.5"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-5", "much", "1.0000001", "1e30", ""})
  void a_wrong_amount_is_not_granted(String units) {
    assertThat(grant(units, "inv-1")).isEqualTo(2);
    assertThat(err.toString()).contains("--units must be above 0");
  }

  @Test
  void an_unknown_asset_is_wrong_usage() {
    assertThat(
            run(
                "credits",
                "grant",
                "--tenant",
                "acme",
                "--units",
                "1",
                "--asset",
                "gold",
                "--reference",
                "r"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("'gold' is not one of video_unit, image_unit, usd, cny");
  }

  @Test
  void an_empty_reference_is_wrong_usage() {
    assertThat(grant("1", " ")).isEqualTo(2);
  }

  @Test
  void nothing_is_granted_to_a_tenant_that_is_not_there() {
    assertThat(
            run(
                "credits",
                "grant",
                "--tenant",
                "nobody",
                "--units",
                "1",
                "--asset",
                "video_unit",
                "--reference",
                "r"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("There is no tenant nobody");
  }

  @Test
  void the_balance_is_shown() {
    grant("12.5", "inv-1");

    assertThat(run("credits", "show", "--tenant", "acme")).isZero();
    assertThat(out.toString()).containsPattern("video_unit +12.5 +0 +0");
  }

  @Test
  void a_database_that_cannot_be_reached_is_said_in_one_line() {
    storeFailure =
        Optional.of(
            new BacklotException(
                ErrorCode.STORE_UNAVAILABLE,
                "The database cannot be reached.",
                new IllegalStateException("c4nary")));

    assertThat(run("credits", "show", "--tenant", "acme")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("The database cannot be reached. (IllegalStateException)");
  }

  @Test
  void a_migration_says_that_it_is_done() {
    assertThat(run("migrate")).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("The database schema is up to date.");
  }

  @Test
  void a_migration_that_cannot_be_done_fails() {
    storeFailure =
        Optional.of(
            new BacklotException(
                ErrorCode.STORE_UNAVAILABLE,
                "The database cannot be reached.",
                new IllegalStateException("c4nary")));

    assertThat(run("migrate")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
  }

  private int grant(String units, String reference) {
    return run(
        "credits",
        "grant",
        "--tenant",
        "acme",
        "--units",
        units,
        "--asset",
        "video_unit",
        "--reference",
        reference);
  }

  /** Runs a command line on the development configuration, with its data in this test's place. */
  private int run(String... line) {
    Map<String, String> environment = Map.of("BACKLOT_DATA_DIRECTORY", directory.toString());
    CommandLine command =
        BacklotCommand.commandLine(
            program("serve", 7),
            program("simulate", 8),
            store(),
            environment,
            InstantSource.fixed(NOW));
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(line);
  }

  private Program program(String name, int exitCode) {
    return config -> {
      ran.add(name + " " + config.results().streams());
      return exitCode;
    };
  }

  private StoreAccess store() {
    return new StoreAccess() {
      @Override
      public <R> R with(AppConfig config, Function<Stores, Future<R>> work) {
        storeFailure.ifPresent(
            failure -> {
              throw failure;
            });
        try {
          return work.apply(
                  new Stores(book.keys(), book.accessKeys(), book.ledger(), book.shares()))
              .await(5, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
          throw new AssertionError(late);
        }
      }
    };
  }
}
