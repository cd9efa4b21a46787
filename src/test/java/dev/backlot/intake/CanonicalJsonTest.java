package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Pictures;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.input.Part;
import dev.backlot.domain.job.Submission;
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
import org.junit.jupiter.params.provider.ValueSource;

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
          Reach.everywhere(),
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

  @Test
  void an_image_has_the_same_digest_in_the_text_and_beside_it() {
    String image = Pictures.png(320, 320);
    String json =
        "{\"kind\":\"image2video\",\"input\":{\"prompt\":\"p\",\"model_name\":\"kling-v3\",\"image\":\"%s\",\"image_tail\":\"%s\"}}"
            .formatted("data:image/png;base64," + image, image);
    JsonObject large = parse(json);
    JsonObject input = large.getJsonObject("input");
    input.put("image", part(input.getString("image")));
    input.put("image_tail", part(input.getString("image_tail")));

    Submission apart = requests.read(CALLER, large, "k", NOW).submission();

    assertThat(Objects.requireNonNull(apart.idempotency()).bodyDigest()).isEqualTo(digest(json));
    assertThat(apart.parts().all()).hasSize(2);
    assertThat(apart.input())
        .isEqualTo(
            "{\"image\":{\"$part\":0,\"length\":%1$d},\"image_tail\":{\"$part\":%1$d,\"length\":%1$d},\"model_name\":\"kling-v3\",\"prompt\":\"p\"}"
                .formatted(image.length()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'image2video','input':{'prompt':'p','image':PART}}",
        "{'kind':'image2video','input':{'prompt':PART,'image':'https://img.example.com/a.png'}}",
        "{'kind':'images','input':{'prompt':'p','image':PART}}",
        "{'kind':'text2video','input':PART}",
        "{'kind':'text2video','input':{'prompt':'p','camera_control':PART}}",
        "{'kind':'image-to-video','model':'kling-3.0','input':{'contents':[{'type':'first_frame','url':PART}]}}",
        "{'kind':'image-to-video','model':'kling-3.0','input':{'contents':[PART]}}",
        "{'kind':'omni-video','input':{'contents':[{'type':'refer_image','url':PART},{'type':'prompt','text':'p'}]}}",
        "{'kind':'text-to-video','input':{'prompt':'p','settings':PART}}",
      })
  void nobody_can_write_what_stands_for_a_part(String body) {
    JsonObject forged =
        parse(body.replace('\'', '"').replace("PART", "{\"$part\":0,\"length\":9}"));

    assertThatThrownBy(() -> requests.read(CALLER, forged, null, NOW))
        .isInstanceOf(BacklotException.class)
        .extracting(refused -> ((BacklotException) refused).code().httpStatus())
        .isEqualTo(400);
  }

  private static Part part(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return new Part(bytes, 0, bytes.length);
  }
}
