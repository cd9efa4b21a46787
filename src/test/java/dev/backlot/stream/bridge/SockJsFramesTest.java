package dev.backlot.stream.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.BacklotException;
import dev.backlot.stream.CloseCode;
import io.vertx.core.json.JsonArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples are those of the protocol's own description, where it has one. */
class SockJsFramesTest {
  @Test
  void a_message_is_a_list_with_one_text() {
    String frame = SockJsFrames.message("{\"prompt\":\"caf\u00e9 \u2028 \\\"\"}");

    assertThat(frame).startsWith("a");
    assertThat(new JsonArray(frame.substring(1)))
        .isEqualTo(new JsonArray().add("{\"prompt\":\"caf\u00e9 \u2028 \\\"\"}"));
  }

  @Test
  void a_goodbye_has_its_code_and_its_reason() {
    assertThat(SockJsFrames.close(CloseCode.RESYNC)).isEqualTo("c[4409,\"resync\"]");
  }

  @Test
  void a_client_sends_one_text_or_many() {
    assertThat(SockJsFrames.read("\"a\"")).isEqualTo(List.of("a"));
    assertThat(SockJsFrames.read("[\"a\",\"b\"]")).isEqualTo(List.of("a", "b"));
  }

  @Test
  void an_empty_frame_says_nothing() {
    assertThat(SockJsFrames.read("")).isEmpty();
    assertThat(SockJsFrames.read("[]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[1]", "[[\"a\"]]", "[null]", "7", "[\"a\"", "a", "null", "[\"a\"]]"})
  void anything_else_is_refused(String frame) {
    assertThatThrownBy(() -> SockJsFrames.read(frame)).isInstanceOf(BacklotException.class);
  }

  @Test
  void lists_that_are_too_deep_are_refused() {
    String deep = "[".repeat(30_000) + "]".repeat(30_000);

    assertThatThrownBy(() -> SockJsFrames.read(deep)).isInstanceOf(BacklotException.class);
  }
}
