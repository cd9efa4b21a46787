package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedTokenTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  static String token(String header, String claims, String secret) throws Exception {
    String signed =
        base64(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64(claims.getBytes(StandardCharsets.UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String claims(long expiresIn, long notBeforeIn) {
    return new JsonObject()
        .put("iss", "access")
        .put("exp", NOW.getEpochSecond() + expiresIn)
        .put("nbf", NOW.getEpochSecond() + notBeforeIn)
        .encode();
  }

  private static KlingCode refusal(String token) {
    Refused refused =
        catchThrowableOfType(
            Refused.class, () -> SignedToken.parse(token).check("secret", NOW, SKEW));
    return refused.code();
  }

  @Test
  void the_token_of_the_documents_is_taken() throws Exception {
    SignedToken token = SignedToken.parse(token(HEADER, claims(1800, -5), "secret"));

    token.check("secret", NOW, SKEW);
    assertThat(token.accessKey()).isEqualTo("access");
  }

  @Test
  void times_may_have_a_fraction_and_nbf_may_be_missing() throws Exception {
    String claims = "{\"iss\":\"access\",\"exp\":" + NOW.plusSeconds(9).getEpochSecond() + ".75}";

    SignedToken.parse(token(HEADER, claims, "secret")).check("secret", NOW, SKEW);
  }

  @ParameterizedTest
  @CsvSource({"-29,-1800", "1800,29"})
  void clocks_may_be_apart_by_the_skew(long expiresIn, long notBeforeIn) throws Exception {
    SignedToken.parse(token(HEADER, claims(expiresIn, notBeforeIn), "secret"))
        .check("secret", NOW, SKEW);
  }

  @Test
  void beyond_the_skew_a_token_is_past() throws Exception {
    assertThat(refusal(token(HEADER, claims(-30, -1800), "secret"))).isEqualTo(KlingCode.EXPIRED);
  }

  @Test
  void beyond_the_skew_a_token_is_not_yet_valid() throws Exception {
    assertThat(refusal(token(HEADER, claims(1800, 31), "secret")))
        .isEqualTo(KlingCode.NOT_YET_VALID);
  }

  @Test
  void another_secret_makes_another_signature() throws Exception {
    assertThat(refusal(token(HEADER, claims(1800, -5), "wrong")))
        .isEqualTo(KlingCode.AUTHENTICATION_FAILED);
  }

  @Test
  void an_expired_token_with_a_wrong_signature_says_nothing_of_its_times() throws Exception {
    assertThat(refusal(token(HEADER, claims(-3600, -9999), "wrong")))
        .isEqualTo(KlingCode.AUTHENTICATION_FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"HS512\"}",
        "{\"alg\":[\"HS256\"]}",
        "[]",
        "nothing",
        "{}"
      })
  void no_other_algorithm_is_taken(String header) throws Exception {
    assertThat(refusal(token(header, claims(1800, -5), "secret")))
        .isEqualTo(KlingCode.AUTHORIZATION_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"iss\":1,\"exp\":9}", "{\"iss\":\"access\"}", "[]", "\"x\""})
  void claims_name_an_issuer_and_an_expiry(String claims) throws Exception {
    assertThat(refusal(token(HEADER, claims, "secret"))).isEqualTo(KlingCode.AUTHORIZATION_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "a.b", "a.b.c", "a.b.c.d", "..", "%%.%%.%%"})
  void what_is_no_token_is_refused(String text) {
    assertThat(refusal(text)).isEqualTo(KlingCode.AUTHORIZATION_INVALID);
  }

  @Test
  void a_token_does_not_show_itself() throws Exception {
    String text = token(HEADER, claims(1800, -5), "secret");

    assertThat(SignedToken.parse(text).toString()).doesNotContain("access", text);
  }
}
