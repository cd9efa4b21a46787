package dev.backlot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackConfigTest {
  private static final Map<String, String> SECRETS =
      Map.of("NOW", "whsec_" + base64("now"), "BEFORE", base64("before"), "WORDS", "no base64!");

  private final Map<String, Object> provider =
      new HashMap<>(Map.of("callback-body-limit", "64KiB", "callback-hints-max", 100));
  private final Map<String, Object> account = new HashMap<>();

  @ParameterizedTest
  @ValueSource(strings = {"https://gw.example/backlot", "https://gw.example/backlot/"})
  void the_address_is_what_callbacks_begin_with(String url) {
    provider.put("callback-url", url);

    assertThat(config(true).base(http("0.0.0.0", 8080)))
        .contains(URI.create("https://gw.example/backlot"));
  }

  @Test
  void without_an_address_nobody_is_asked_to_call() {
    provider.put("callback-url", "");

    assertThat(config(true).base(http("127.0.0.1", 8080))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 8080, http://127.0.0.1:8080",
    "0.0.0.0, 9000, http://127.0.0.1:9000",
    "::1, 8080, http://[::1]:8080"
  })
  void self_is_this_node(String host, int port, String expected) {
    provider.put("callback-url", "self");

    assertThat(config(false).base(http(host, port))).contains(URI.create(expected));
  }

  @Test
  void a_node_whose_port_is_left_to_chance_is_not_called() {
    provider.put("callback-url", "self");

    assertThat(config(false).base(http("127.0.0.1", 0))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "self, must be an address in the production profile",
    "http://gw.example, must start with https:// in the production profile",
    "https://gw.example?a=b, must be a host",
    "gw.example, must start with https://"
  })
  void a_wrong_address_is_refused_in_production(String url, String problem) {
    provider.put("callback-url", url);

    assertThatThrownBy(() -> config(true))
        .hasMessageStartingWith("provider.callback-url: " + problem);
  }

  @Test
  void callbacks_are_unsigned_unless_there_is_a_secret() {
    assertThat(signatures()).isEqualTo(CallbackSignatures.none());
  }

  @Test
  void both_secrets_of_a_rotation_count() {
    account.put("callback-secret", "env:NOW");
    account.put("callback-previous-secret", "env:BEFORE");

    assertThat(signatures().keys())
        .extracting(key -> new String(key, StandardCharsets.UTF_8))
        .containsExactly("now", "before");
  }

  @ParameterizedTest
  @CsvSource({
    "callback-secret, env:WORDS, the secret must be base64",
    "callback-secret, whsec_bm93, must be a reference",
    "callback-previous-secret, env:BEFORE, needs a.callback-secret",
    "callback-signatures, required, required needs a.callback-secret",
    "callback-signatures, never, 'must be one of required, optional'"
  })
  void a_wrong_secret_is_named_and_not_shown(String key, String value, String problem) {
    account.put(key, value);

    assertThatThrownBy(this::signatures)
        .hasMessageStartingWith("a." + key + ": " + problem)
        .hasMessageNotContaining("no base64!");
  }

  private CallbackConfig config(boolean production) {
    return CallbackConfig.from(new Section("provider", provider, production, SECRETS::get));
  }

  private CallbackSignatures signatures() {
    return CallbackSignatures.from(new Section("a", account, false, SECRETS::get));
  }

  private static HttpConfig http(String host, int port) {
    return new HttpConfig(host, port, Duration.ofSeconds(30), Duration.ofSeconds(5), 1_024, 1_024);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
