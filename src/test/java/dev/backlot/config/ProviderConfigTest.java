package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.AccountConfig.Credential;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.SlotClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderConfigTest {
  private final Map<String, Object> account = new HashMap<>(defaultAccount());
  private final Map<String, Object> provider = new HashMap<>(defaultProvider());

  @Test
  void an_account_may_have_a_key_pair() {
    account.remove("api-key");
    account.putAll(Map.of("access-key", "ak-1", "secret-key", "env:KEY", "lookup", "list"));

    assertThat(read(false).accounts().get(0).credential())
        .isEqualTo(new Credential.KeyPair(new Secret("ak-1"), new Secret("value-of-KEY")));
  }

  @Test
  void slots_are_by_model_with_a_default() {
    account.put("slots", Map.of("default", 5, "images", 9, "models", Map.of("kling-v3", 10)));

    AccountConfig.Slots slots = read(false).accounts().get(0).slots();

    assertThat(slots.of(new SlotClass("kling-v3", "video"))).isEqualTo(10);
    assertThat(slots.of(new SlotClass("kling-v2-6", "video"))).isEqualTo(5);
    assertThat(slots.of(new SlotClass("kling-v3", "image"))).isEqualTo(9);
  }

  @Test
  void slots_of_one_pack_can_be_named() {
    account.put("slots", Map.of("default", 5, "images", 9, "models", Map.of("kling-v3/image", 20)));

    AccountConfig.Slots slots = read(false).accounts().get(0).slots();

    assertThat(slots.of(new SlotClass("kling-v3", "image"))).isEqualTo(20);
    assertThat(slots.of(new SlotClass("kling-v3", "video"))).isEqualTo(5);
  }

  @Test
  void a_key_pair_speaks_the_legacy_dialect_only() {
    AccountConfig pair = read(false).accounts().get(0);

    assertThat(pair.speaks("legacy")).isTrue();
    assertThat(pair.speaks("path-per-model"))
        .isEqualTo(pair.credential() instanceof AccountConfig.Credential.ApiKey);
  }

  @Test
  void without_a_preference_each_job_goes_in_the_form_it_was_written_in() {
    assertThat(read(false).accounts().get(0).dialects().preferred("kling-v3", "kling-v3"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "kling-v2-6, kling-v2-6, LEGACY",
    "kling-v3,   kling-v3,   PATH_PER_MODEL",
    "kling-3.0,  kling-v3,   PATH_PER_MODEL",
    "kling-2.6,  kling-v2-6, PATH_PER_MODEL",
  })
  void a_dialect_is_preferred_by_model_or_by_version(
      String model, String version, Dialect preferred) {
    account.put(
        "dialect",
        Map.of(
            "default",
            "legacy",
            "models",
            Map.of("kling-v3", "path-per-model", "kling-2.6", "path-per-model")));

    assertThat(read(false).accounts().get(0).dialects().preferred(model, version))
        .contains(preferred);
  }

  @Test
  void a_model_may_go_its_own_way_again() {
    account.put("dialect", Map.of("default", "legacy", "models", Map.of("kling-3.0", "own")));

    assertThat(read(false).accounts().get(0).dialects().preferred("kling-3.0", "kling-v3"))
        .isEmpty();
  }

  @Test
  void a_key_pair_cannot_prefer_what_it_does_not_speak() {
    account.remove("api-key");
    account.putAll(Map.of("access-key", "ak-1", "secret-key", "env:KEY", "lookup", "list"));
    account.put(
        "dialect", Map.of("default", "own", "models", Map.of("kling-v3", "path-per-model")));

    assertThatThrownBy(() -> read(false))
        .hasMessage("provider.accounts[0].dialect: path-per-model needs an api-key");
  }

  @Test
  void a_slash_at_the_end_of_the_base_address_is_dropped() {
    account.put("base-url", "https://host.example/kling/");

    assertThat(read(false).accounts().get(0).baseUri()).hasToString("https://host.example/kling");
  }

  @Test
  void a_base_address_without_tls_is_refused_in_production() {
    account.put("api-key", "file:/nowhere");

    assertThatThrownBy(() -> read(true))
        .hasMessageStartingWith("provider.accounts[0].base-url: must start with https://");
  }

  @Test
  void both_kinds_of_key_at_once_are_refused() {
    account.put("access-key", "ak-1");

    assertThatThrownBy(() -> read(false))
        .hasMessageStartingWith("provider.accounts[0].api-key: give either");
  }

  @Test
  void no_key_at_all_is_refused() {
    account.remove("api-key");

    assertThatThrownBy(() -> read(false))
        .hasMessageStartingWith("provider.accounts[0].api-key: give either");
  }

  @Test
  void tasks_cannot_be_asked_with_a_key_pair() {
    account.remove("api-key");
    account.putAll(Map.of("access-key", "ak-1", "secret-key", "env:KEY"));

    assertThatThrownBy(() -> read(false))
        .hasMessage(
            "provider.accounts[0].lookup: tasks needs an api-key; with access-key use list");
  }

  @Test
  void two_accounts_of_one_id_are_refused() {
    provider.put("accounts", List.of(account, account));

    assertThatThrownBy(() -> ProviderConfig.from(section(false)))
        .hasMessage("provider.accounts: two accounts have the id one");
  }

  @Test
  void at_least_one_account_is_needed() {
    provider.put("accounts", List.of());

    assertThatThrownBy(() -> ProviderConfig.from(section(false)))
        .hasMessage("provider.accounts: must name at least one account");
  }

  @ParameterizedTest
  @CsvSource({
    "id,Account 1,must be 1 to 63 of",
    "pool,,is missing",
    "base-url,ftp://host,must start with https:// or http://",
    "base-url,https://user:pw@host,must be a host",
    "base-url,https://host?a=b,must be a host",
    "base-url,not an address,must be an address",
    "lookup,both,'must be one of tasks, list, got both'",
    "colour,red,unknown key"
  })
  void a_wrong_value_of_an_account_is_named(String key, String value, String problem) {
    account.put(key, value);

    assertThatThrownBy(() -> read(false))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("provider.accounts[0]." + key + ": " + problem);
  }

  @Test
  void a_window_of_part_seconds_is_refused() {
    provider.put(
        "breaker", Map.of("failures", 1, "window", "1500ms", "reset", "1s", "parking", "1s"));

    assertThatThrownBy(() -> read(false))
        .hasMessage("provider.breaker.window: must be whole seconds");
  }

  @Test
  void keys_are_never_printed() {
    assertThat(read(false).toString()).doesNotContain("value-of-KEY");
  }

  private ProviderConfig read(boolean production) {
    provider.put("accounts", List.of(account));
    return ProviderConfig.from(section(production));
  }

  private Section section(boolean production) {
    return new Section("provider", provider, production, name -> "value-of-" + name);
  }

  private static Map<String, Object> defaultAccount() {
    return Map.of(
        "id", "one",
        "pool", "default",
        "base-url", "http://127.0.0.1:8090",
        "api-key", "env:KEY",
        "lookup", "tasks",
        "slots", Map.of("default", 5, "images", 9));
  }

  private static Map<String, Object> defaultProvider() {
    return Map.of(
        "create-connections",
        32,
        "query-connections",
        16,
        "answer-size",
        "4MiB",
        "deadlines",
        Map.of("connect", "5s", "create", "30s", "query", "10s", "lookup", "30s", "late", "2m"),
        "list-pages",
        Map.of("size", 100, "most", 20, "skew", "5m"),
        "breaker",
        Map.of("failures", 10, "window", "30s", "reset", "10s", "parking", "60s"),
        "callback-body-limit",
        "64KiB",
        "callback-hints-max",
        20_000);
  }
}
