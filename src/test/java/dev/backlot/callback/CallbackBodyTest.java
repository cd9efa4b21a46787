package dev.backlot.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackBodyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"task_id\":\"1\",\"task_status\":\"submitted\"}",
        "{\"task_id\":\"1\",\"task_status\":\"processing\",\"task_result\":{}}",
        "{\"code\":0,\"message\":\"\",\"data\":{\"task_status\":\"processing\"}}",
        "{\"id\":\"1\",\"status\":\"submitted\",\"outputs\":[]}",
        "{\"code\":0,\"data\":{\"status\":\"processing\"}}"
      })
  void a_task_at_work_is_not_asked_for(String body) {
    assertThat(CallbackBody.mayHaveEnded(Buffer.buffer(body))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"task_id\":\"1\",\"task_status\":\"succeed\"}",
        "{\"task_id\":\"1\",\"task_status\":\"failed\"}",
        "{\"code\":0,\"data\":{\"task_status\":\"succeed\"}}",
        "{\"id\":\"1\",\"status\":\"succeeded\"}",
        "{\"id\":\"1\",\"status\":\"failed\"}"
      })
  void a_task_that_may_have_ended_is(String body) {
    assertThat(CallbackBody.mayHaveEnded(Buffer.buffer(body))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"submitted\"",
        "{",
        "{}",
        "{\"status\":null}",
        "{\"status\":[\"submitted\"]}",
        "{\"status\":{\"a\":1}}",
        "{\"task_status\":\"cancelled\"}",
        "{\"data\":[{\"status\":\"processing\"}]}",
        "\u0000\u0001"
      })
  void what_cannot_be_understood_is_a_hint_all_the_same(String body) {
    assertThat(CallbackBody.mayHaveEnded(Buffer.buffer(body))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000, 30_000})
  void depth_does_no_harm(int depth) {
    Buffer deep = Buffer.buffer("{\"a\":".repeat(depth));

    assertThat(CallbackBody.mayHaveEnded(deep)).isTrue();
  }
}
