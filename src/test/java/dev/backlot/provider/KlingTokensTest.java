package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AccountConfig.Credential;
import dev.backlot.config.Secret;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KlingTokensTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000L);

  @Test
  void a_token_carries_the_access_key_and_the_vendors_times() {
    JsonObject claims = part(token("ak-\"1\""), 1);

    assertThat(claims.getMap())
        .containsOnlyKeys("iss", "exp", "nbf")
        .containsEntry("iss", "ak-\"1\"");
    assertThat(claims.getLong("exp")).isEqualTo(1_790_001_800L);
    assertThat(claims.getLong("nbf")).isEqualTo(1_789_999_995L);
  }

  @Test
  void a_token_names_its_algorithm_and_type() {
    assertThat(part(token("ak-1"), 0))
        .isEqualTo(new JsonObject().put("alg", "HS256").put("typ", "JWT"));
  }

  @Test
  void a_token_is_signed_with_the_secret_key_as_text() throws Exception {
    String token = token("ak-1");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("sk-1".getBytes(UTF_8), "HmacSHA256"));
    byte[] expected = mac.doFinal(token.substring(0, token.lastIndexOf('.')).getBytes(UTF_8));

    assertThat(Base64.getUrlDecoder().decode(token.split("\\.")[2])).isEqualTo(expected);
  }

  @Test
  void every_request_gets_a_token_of_its_own_time() {
    Instant[] now = {NOW};
    KlingTokens tokens = new KlingTokens(pair("ak-1"), () -> now[0]);
    String first = tokens.authorization();
    now[0] = NOW.plusSeconds(1);

    assertThat(tokens.authorization()).isNotEqualTo(first);
  }

  private static String token(String accessKey) {
    String header = new KlingTokens(pair(accessKey), InstantSource.fixed(NOW)).authorization();
    assertThat(header).startsWith("Bearer ").doesNotContain("=");
    return header.substring("Bearer ".length());
  }

  private static Credential pair(String accessKey) {
    return new Credential.KeyPair(new Secret(accessKey), new Secret("sk-1"));
  }

  private static JsonObject part(String token, int index) {
    return new JsonObject(
        new String(Base64.getUrlDecoder().decode(token.split("\\.")[index]), UTF_8));
  }
}
