package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.MediaType;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the quick answer lets through, the library's validator lets through as well. */
class QuickSchemaTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static Contract contract;

  @BeforeAll
  static void load() throws Exception {
    contract = Contract.load(VERTX).await(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void close() throws Exception {
    VERTX.close().await(20, TimeUnit.SECONDS);
  }

  private static JsonSchema newJob() {
    MediaType json =
        contract
            .requests()
            .operation("submitJob")
            .getRequestBody()
            .getContent()
            .get("application/json");
    return Objects.requireNonNull(json).getSchema();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kind\":\"k\",\"input\":{}}                                    | true",
        "{\"kind\":\"k\",\"input\":{\"a\":[1,{}]},\"priority\":-100}      | true",
        "{\"kind\":\"k\",\"input\":{},\"metadata\":{\"a\":\"b\"}}         | true",
        "{\"kind\":\"k\",\"input\":{},\"webhook_events\":[\"job.failed\"]} | true",
        "{\"kind\":\"k\"}                                                 | false",
        "{\"kind\":\"k\",\"input\":null}                                  | false",
        "{\"kind\":\"k\",\"input\":[]}                                    | false",
        "{\"kind\":1,\"input\":{}}                                        | false",
        "{\"kind\":\"k\",\"input\":{},\"more\":1}                         | false",
        "{\"kind\":\"k\",\"input\":{},\"priority\":101}                   | false",
        "{\"kind\":\"k\",\"input\":{},\"priority\":1.5}                   | false",
        "{\"kind\":\"k\",\"input\":{},\"priority\":99999999999999999999}  | false",
        "{\"kind\":\"k\",\"input\":{},\"metadata\":{\"a\":1}}             | false",
        "{\"kind\":\"k\",\"input\":{},\"metadata\":{\"a\":null}}          | false",
        "{\"kind\":\"k\",\"input\":{},\"webhook_events\":[\"job.failed\",\"job.failed\"]} | false",
      })
  void the_quick_answer_is_the_librarys(String body, boolean valid) {
    JsonObject value = JsonBody.parse(Buffer.buffer(body));
    Validator library =
        contract
            .requests()
            .getSchemaRepository()
            .validator(
                newJob(),
                new JsonSchemaOptions()
                    .setBaseUri("app://backlot")
                    .setDraft(Draft.DRAFT202012)
                    .setOutputFormat(OutputFormat.Flag));

    assertThat(QuickSchema.compile((JsonObject) newJob()).orElseThrow().test(value))
        .isEqualTo(valid);
    assertThat(library.validate(value).getValid()).isEqualTo(valid);
  }

  @Test
  void lengths_count_characters_not_halves() {
    JsonObject two = new JsonObject("{\"type\":\"string\",\"maxLength\":2}");

    assertThat(QuickSchema.compile(two).orElseThrow().test("\ud83d\ude00\ud83d\ude00")).isTrue();
    assertThat(QuickSchema.compile(two).orElseThrow().test("abc")).isFalse();
  }

  @Test
  void a_schema_with_an_unknown_keyword_is_left_to_the_library() {
    assertThat(QuickSchema.compile(new JsonObject("{\"type\":\"string\",\"format\":\"uuid\"}")))
        .isEmpty();
    assertThat(QuickSchema.compile(new JsonObject("{\"oneOf\":[]}"))).isEmpty();
  }
}
