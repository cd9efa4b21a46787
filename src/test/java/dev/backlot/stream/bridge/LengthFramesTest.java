package dev.backlot.stream.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthFramesTest {
  private final List<String> messages = new ArrayList<>();
  private final LengthFrames frames = new LengthFrames(100);

  @Test
  void a_message_has_its_length_in_bytes_before_it() {
    assertThat(LengthFrames.message("caf\u00e9").getInt(0)).isEqualTo(5);
  }

  @Test
  void what_was_written_can_be_read() {
    read(LengthFrames.message("caf\u00e9"));

    assertThat(messages).isEqualTo(List.of("caf\u00e9"));
  }

  @Test
  void a_read_may_end_anywhere() {
    Buffer both = LengthFrames.message("one").appendBuffer(LengthFrames.message("another"));

    for (int i = 0; i < both.length(); i++) {
      read(both.getBuffer(i, i + 1));
    }

    assertThat(messages).isEqualTo(List.of("one", "another"));
  }

  @Test
  void many_messages_may_come_in_one_read() {
    read(
        LengthFrames.message("one")
            .appendBuffer(LengthFrames.message("two"))
            .appendBuffer(LengthFrames.message("three").getBuffer(0, 6)));

    assertThat(messages).isEqualTo(List.of("one", "two"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 101, 10_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void a_length_that_is_not_allowed_is_refused_before_its_message_comes(int length) {
    assertThatThrownBy(() -> read(Buffer.buffer().appendInt(length)))
        .isInstanceOfSatisfying(
            BacklotException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BODY_TOO_LARGE));
  }

  @Test
  void an_empty_message_is_refused_and_not_called_too_large() {
    assertThatThrownBy(() -> read(Buffer.buffer().appendInt(0)))
        .isInstanceOfSatisfying(
            BacklotException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void what_is_not_utf_8_is_refused() {
    Buffer broken = Buffer.buffer().appendInt(2).appendByte((byte) 0xC3).appendByte((byte) 0x28);

    assertThatThrownBy(() -> read(broken)).isInstanceOf(BacklotException.class);
  }

  private void read(Buffer part) {
    frames.accept(part, messages::add);
  }
}
