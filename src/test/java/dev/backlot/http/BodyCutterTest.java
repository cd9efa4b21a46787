package dev.backlot.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.input.Part;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class BodyCutterTest {
  private static final String LONG = "QUJD".repeat(Part.LENGTH_MIN / 4) + "/+==";

  @Test
  void a_long_string_of_the_input_becomes_a_part_and_the_rest_stays() {
    JsonObject parsed =
        parse(
            "{\"kind\":\"é\\\"\",\"input\":{\"a\":\""
                + LONG
                + "\",\"b\":[\"x\",\""
                + LONG
                + "\"]}}");

    JsonObject input = parsed.getJsonObject("input");
    assertThat(parsed.getString("kind")).isEqualTo("é\"");
    assertThat(text(input.getValue("a"))).isEqualTo(LONG);
    assertThat(((JsonArray) input.getValue("b")).getString(0)).isEqualTo("x");
    assertThat(text(((JsonArray) input.getValue("b")).getValue(1))).isEqualTo(LONG);
  }

  @Test
  void what_is_left_is_as_small_as_if_the_string_were_empty() {
    String body = "{\"input\":{\"a\":\"" + LONG + "\"}}";

    assertThat(BodyCutter.cut(body.getBytes(UTF_8)).rest().toString())
        .isEqualTo("{\"input\":{\"a\":\"\"}}");
  }

  @Test
  void an_escaped_slash_is_part_of_base64() {
    JsonObject parsed = parse("{\"input\":{\"a\":\"" + LONG.replace("/", "\\/") + "\"}}");

    assertThat(text(parsed.getJsonObject("input").getValue("a"))).isEqualTo(LONG);
  }

  @Test
  void a_string_with_another_escape_stays_a_string() {
    JsonObject parsed = parse("{\"input\":{\"a\":\"" + LONG + "\\n\"}}");

    assertThat(parsed.getJsonObject("input").getString("a")).isEqualTo(LONG + "\n");
  }

  @Test
  void a_string_with_characters_beyond_ascii_stays_a_string() {
    JsonObject parsed = parse("{\"input\":{\"a\":\"" + LONG + "é\"}}");

    assertThat(parsed.getJsonObject("input").getString("a")).isEqualTo(LONG + "é");
  }

  @Test
  void outside_the_input_every_string_is_one() {
    JsonObject parsed = parse("{\"input\":{},\"metadata\":{\"a\":\"" + LONG + "\"}}");

    assertThat(parsed.getJsonObject("metadata").getString("a")).isEqualTo(LONG);
  }

  @Test
  void a_long_name_is_refused_as_in_a_small_body() {
    assertThatThrownBy(() -> parse("{\"input\":{\"" + LONG + "\":1}}"))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("name");
  }

  @Test
  void a_string_without_an_end_is_broken_json() {
    assertThatThrownBy(() -> parse("{\"input\":{\"a\":\"" + LONG))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("broken");
  }

  @Test
  void a_backslash_at_the_end_is_broken_json() {
    assertThatThrownBy(() -> parse("{\"input\":{\"a\":\"" + LONG + "\\"))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("broken");
  }

  @Test
  void what_looks_like_the_place_of_a_part_is_an_object_of_the_caller() {
    JsonObject parsed = parse("{\"input\":{\"a\":{\"$part\":0,\"length\":9}}}");

    assertThat(parsed.getJsonObject("input").getJsonObject("a").getInteger("$part")).isZero();
  }

  private static JsonObject parse(String body) {
    return JsonBody.parse(BodyCutter.cut(body.getBytes(UTF_8)), false);
  }

  private static String text(Object part) {
    assertThat(part).isInstanceOf(Part.class);
    return ((Part) part).start(Integer.MAX_VALUE);
  }
}
