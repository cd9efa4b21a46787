package dev.backlot.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.callback.CallbackTokens.Grant;
import dev.backlot.config.Secret;
import dev.backlot.domain.job.AttemptId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackTokensTest {
  private static final Secret KEY = new Secret("k".repeat(32));
  private static final List<String> ACCOUNTS = List.of("account-one", "account-two");
  private static final Grant GRANT = new Grant(new UUID(17, 4), "account-one");

  private final CallbackTokens tokens = new CallbackTokens(KEY, ACCOUNTS);
  private final String token = tokens.mint(GRANT);

  @Test
  void a_token_names_its_attempt_and_account() {
    assertThat(tokens.check(token)).contains(GRANT);
  }

  @Test
  void every_node_with_the_key_can_check_it() {
    assertThat(new CallbackTokens(KEY, List.of("account-two", "account-one")).check(token))
        .contains(GRANT);
  }

  @Test
  void a_token_of_another_key_is_refused() {
    CallbackTokens other = new CallbackTokens(new Secret("x".repeat(32)), ACCOUNTS);

    assertThat(other.check(token)).isEmpty();
  }

  @Test
  void a_token_of_an_account_that_is_gone_is_refused() {
    assertThat(new CallbackTokens(KEY, List.of("account-two")).check(token)).isEmpty();
  }

  @Test
  void no_bit_of_it_can_be_changed() {
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));

      assertThat(tokens.check(Base64.getUrlEncoder().withoutPadding().encodeToString(changed)))
          .as("bit %d", bit)
          .isEmpty();
    }
  }

  @Test
  void attempts_and_accounts_have_tokens_of_their_own() {
    assertThat(tokens.mint(new Grant(GRANT.attempt(), "account-two"))).isNotEqualTo(token);
    assertThat(tokens.mint(new Grant(new UUID(17, 5), GRANT.account()))).isNotEqualTo(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "=", "..", "ä", "AAAA"})
  void garbage_is_refused(String garbage) {
    assertThat(tokens.check(garbage)).isEmpty();
    assertThat(tokens.check(garbage.repeat(75))).isEmpty();
    assertThat(tokens.check(token + garbage + "x")).isEmpty();
    assertThat(tokens.check(token.substring(1) + garbage)).isEmpty();
  }

  @Test
  void it_does_not_tell_the_account() {
    String bytes = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1);

    assertThat(bytes).doesNotContain("account");
  }

  @Test
  void the_address_ends_with_the_token() {
    CallbackUrls urls = new CallbackUrls(Optional.of(URI.create("https://gw.example/b")), tokens);

    assertThat(urls.of(new AttemptId(GRANT.attempt()), GRANT.account()))
        .contains("https://gw.example/b/callbacks/kling/" + token);
  }

  @Test
  void where_nobody_shall_call_there_is_no_address() {
    CallbackUrls urls = new CallbackUrls(Optional.empty(), tokens);

    assertThat(urls.of(new AttemptId(GRANT.attempt()), GRANT.account())).isEmpty();
  }
}
