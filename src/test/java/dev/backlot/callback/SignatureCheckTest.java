package dev.backlot.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.callback.SignatureCheck.Headers;
import dev.backlot.config.CallbackSignatures;
import dev.backlot.config.CallbackSignatures.Rule;
import dev.backlot.config.Secret;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By the vendor's own example (Kling reference, section 10). */
class SignatureCheckTest {
  private static final Secret SECRET =
      new Secret("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=");
  private static final Secret OTHER = new Secret("whsec_YW5vdGhlciBzZWNyZXQ=");
  private static final String ID = "9876543210";
  private static final String TIMESTAMP = "1781080794";
  private static final String SIGNATURE = "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=";
  private static final Buffer BODY =
      Buffer.buffer(
          "{\"id\":\"1234567890\",\"status\":\"succeeded\",\"message\":\"\","
              + "\"create_time\":1781080778802,\"update_time\":1781080794151}");
  private static final Headers VENDOR = new Headers(ID, TIMESTAMP, SIGNATURE);
  private static final Headers NONE = new Headers(null, null, null);
  private static final Instant NOW = Instant.ofEpochSecond(1_781_080_794);

  private final SignatureCheck check = check(Rule.REQUIRED, SECRET);

  @Test
  void the_vendors_example_is_genuine() {
    assertThat(check.accepts(VENDOR, BODY, NOW)).isTrue();
  }

  @Test
  void a_changed_body_is_not() {
    Buffer changed = BODY.copy().setByte(BODY.length() - 2, (byte) '2');

    assertThat(check.accepts(VENDOR, changed, NOW)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"9876543211, 1781080794", "9876543210, 1781080795", "987654321, 01781080794"})
  void neither_is_another_id_or_time(String id, String timestamp) {
    assertThat(check.accepts(new Headers(id, timestamp, SIGNATURE), BODY, NOW)).isFalse();
  }

  @Test
  void one_genuine_signature_among_several_is_enough() {
    String several = "v2,abc v1, v1,bm90IGl0 " + SIGNATURE;

    assertThat(check.accepts(new Headers(ID, TIMESTAMP, several), BODY, NOW)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v1,",
        "UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
        "v2,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
        "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ5=",
        "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4",
        "v1,not base64"
      })
  void any_other_signature_is_refused(String signature) {
    assertThat(check.accepts(new Headers(ID, TIMESTAMP, signature), BODY, NOW)).isFalse();
  }

  @Test
  void a_genuine_signature_is_not_looked_for_without_end() {
    String many = "v1,bm90IGl0 ".repeat(8) + SIGNATURE;

    assertThat(check.accepts(new Headers(ID, TIMESTAMP, many), BODY, NOW)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"300, true", "-300, true", "301, false", "-301, false", "86400, false"})
  void a_timestamp_may_be_five_minutes_off(long seconds, boolean accepted) {
    Instant now = NOW.plus(Duration.ofSeconds(seconds));

    assertThat(check.accepts(VENDOR, BODY, now)).isEqualTo(accepted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "now", "-1781080794", "+1781080794", "9999999999999999999999"})
  void a_timestamp_is_a_number_of_seconds(String timestamp) {
    assertThat(check.accepts(new Headers(ID, timestamp, SIGNATURE), BODY, NOW)).isFalse();
  }

  @Test
  void both_secrets_count_during_a_rotation() {
    assertThat(check(Rule.REQUIRED, OTHER, SECRET).accepts(VENDOR, BODY, NOW)).isTrue();
    assertThat(check(Rule.REQUIRED, SECRET, OTHER).accepts(VENDOR, BODY, NOW)).isTrue();
  }

  @Test
  void after_a_rotation_the_old_secret_counts_no_more() {
    assertThat(check(Rule.OPTIONAL, OTHER).accepts(VENDOR, BODY, NOW)).isFalse();
  }

  @Test
  void a_missing_signature_counts_where_it_is_optional() {
    assertThat(check(Rule.OPTIONAL, SECRET).accepts(NONE, BODY, NOW)).isTrue();
    assertThat(check.accepts(NONE, BODY, NOW)).isFalse();
  }

  @Test
  void half_a_signature_is_a_wrong_one() {
    SignatureCheck optional = check(Rule.OPTIONAL, SECRET);

    assertThat(optional.accepts(new Headers(ID, TIMESTAMP, null), BODY, NOW)).isFalse();
    assertThat(optional.accepts(new Headers(ID, null, SIGNATURE), BODY, NOW)).isFalse();
    assertThat(optional.accepts(new Headers(null, TIMESTAMP, SIGNATURE), BODY, NOW)).isFalse();
  }

  @Test
  void without_a_secret_signatures_are_not_looked_at() {
    assertThat(check(Rule.OPTIONAL).accepts(new Headers(ID, "x", "y"), BODY, NOW)).isTrue();
  }

  private static SignatureCheck check(Rule rule, Secret... secrets) {
    return new SignatureCheck(new CallbackSignatures(List.of(secrets), rule));
  }
}
