package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.JsonBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalJsonTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final IntakeConfig CONFIG =
      new IntakeConfig(
          1, 1, 1, Duration.ofSeconds(1), Duration.ofHours(24), Duration.ofSeconds(1), "main");
  private static final Principal CALLER =
      new Principal(new TenantId(new UUID(1, 1)), "key", Set.of(Scope.SUBMIT));

  private final JobRequests requests =
      new JobRequests(
          new CurrentCatalog(CatalogFiles.load()),
          CONFIG,
          new Uuid7(InstantSource.fixed(NOW), new Random(1)));

  private static JsonObject parse(String json) {
    return JsonBody.parse(Buffer.buffer(json));
  }

  private String digest(String json) {
    return Objects.requireNonNull(
            requests.read(CALLER, parse(json), "k", NOW).submission().idempotency())
        .bodyDigest();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ \"b\" : 1, \"a\" : [ 1 , 2 ] }  | {\"a\":[1,2],\"b\":1}",
        "{\"a\":1.0,\"b\":0.50,\"c\":-0.0} | {\"a\":1,\"b\":0.5,\"c\":0}",
        "{\"a\":1e2,\"b\":100}             | {\"a\":100,\"b\":100}",
        "{\"a\":9007199254740993}          | {\"a\":9007199254740993}",
        "{\"a\":\"\\u0041\\/\\n\\u001f\"}  | {\"a\":\"A/\\n\\u001f\"}",
        "{\"a\":{},\"b\":[],\"c\":null,\"d\":true} | {\"a\":{},\"b\":[],\"c\":null,\"d\":true}",
        "{\"\\u20ac\":1,\"\\r\":2,\"1\":3} | {\"\\r\":2,\"1\":3,\"€\":1}",
      })
  void a_value_has_one_text(String json, String canonical) {
    assertThat(CanonicalJson.text(parse(json).getMap())).isEqualTo(canonical);
  }

  @Test
  void the_digest_is_that_of_the_whole_body() throws Exception {
    String body =
        "{\"priority\":3,\"metadata\":{\"b\":\"2\",\"a\":\"1\"},"
            + "\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\"}}";
    byte[] canonical = CanonicalJson.text(parse(body).getMap()).getBytes(StandardCharsets.UTF_8);

    assertThat(digest(body))
        .isEqualTo(
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical)));
  }

  @Test
  void order_space_and_spelling_of_numbers_do_not_matter() {
    assertThat(
            digest(
                "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\",\"model_name\":\"kling-v3\",\"cfg_scale\":0.5}}"))
        .isEqualTo(
            digest(
                "{ \"input\":{\"cfg_scale\":0.50,\"model_name\":\"kling-v3\",\"prompt\":\"p\"}, \"kind\":\"text2video\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"q\"}}",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\"},\"priority\":0}",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\"},\"metadata\":{}}",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\",\"mode\":\"std\"}}",
      })
  void a_body_that_says_something_else_has_another_digest(String other) {
    assertThat(digest(other))
        .isNotEqualTo(digest("{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\"}}"));
  }
}
