package dev.backlot.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.Secret;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTokensTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final JobId JOB = new JobId(new UUID(3, 4));
  private static final OutputPath FILE = new OutputPath(JOB, 1, false);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

  private final LinkTokens tokens =
      new LinkTokens(new Secret("k".repeat(32)), Duration.ofMinutes(10));
  private final LinkTokens.Token token = tokens.mint(TENANT, FILE, NOW);

  @Test
  void a_token_names_its_tenant() {
    assertThat(tokens.check(token.text(), FILE, NOW)).contains(TENANT);
  }

  @Test
  void a_token_says_when_it_expires() {
    assertThat(token.expiresAt()).isEqualTo(Instant.parse("2026-01-01T00:10:00Z"));
  }

  @Test
  void a_token_is_good_until_the_moment_of_its_expiry() {
    assertThat(tokens.check(token.text(), FILE, token.expiresAt().minusNanos(1))).contains(TENANT);
  }

  @Test
  void a_token_is_refused_from_its_expiry_on() {
    assertThat(tokens.check(token.text(), FILE, token.expiresAt())).isEmpty();
  }

  @Test
  void a_token_is_refused_for_another_job() {
    assertThat(tokens.check(token.text(), new OutputPath(new JobId(new UUID(3, 5)), 1, false), NOW))
        .isEmpty();
  }

  @Test
  void a_token_is_refused_for_another_output() {
    assertThat(tokens.check(token.text(), new OutputPath(JOB, 0, false), NOW)).isEmpty();
  }

  @Test
  void a_token_of_the_copy_with_a_watermark_does_not_open_the_clean_file() {
    OutputPath copy = new OutputPath(JOB, 1, true);
    String text = tokens.mint(TENANT, copy, NOW).text();

    assertThat(tokens.check(text, copy, NOW)).contains(TENANT);
    assertThat(tokens.check(text, FILE, NOW)).isEmpty();
    assertThat(tokens.check(token.text(), copy, NOW)).isEmpty();
  }

  @Test
  void a_token_of_another_key_is_refused() {
    LinkTokens others = new LinkTokens(new Secret("o".repeat(32)), Duration.ofMinutes(10));

    assertThat(others.check(token.text(), FILE, NOW)).isEmpty();
  }

  @Test
  void two_nodes_with_one_key_honour_each_others_tokens() {
    LinkTokens node = new LinkTokens(new Secret("k".repeat(32)), Duration.ofMinutes(1));

    assertThat(node.check(token.text(), FILE, NOW)).contains(TENANT);
  }

  @Test
  void a_token_with_any_bit_changed_is_refused() {
    byte[] bytes = Base64.getUrlDecoder().decode(token.text());
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] forged = bytes.clone();
      forged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(forged);

      assertThat(tokens.check(text, FILE, NOW)).as("bit %s", bit).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "%%%", "AAAA", "====", "\u00e9"})
  void what_is_no_token_is_refused(String text) {
    assertThat(tokens.check(text, FILE, NOW)).isEmpty();
  }

  @Test
  void a_very_long_text_is_refused() {
    assertThat(tokens.check("A".repeat(100_000), FILE, NOW)).isEmpty();
  }

  @Test
  void a_token_is_not_printed() {
    assertThat(token.toString()).doesNotContain(token.text());
  }
}
