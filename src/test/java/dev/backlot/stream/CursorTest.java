package dev.backlot.stream;

import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4_711, 1L << 32, Long.MAX_VALUE})
  void a_position_comes_back_as_it_was(long position) {
    assertThat(Cursor.parse(TENANT, Cursor.text(TENANT, position))).hasValue(position);
  }

  @Test
  void the_same_place_has_the_same_text_everywhere() {
    assertThat(Cursor.text(TENANT, 4_711)).isEqualTo(Cursor.text(TENANT, 4_711));
  }

  @Test
  void a_cursor_may_stand_in_a_url_or_a_file_name() {
    assertThat(Cursor.text(TENANT, Long.MAX_VALUE)).matches("[A-Za-z0-9_-]{18}");
  }

  @Test
  void a_cursor_of_another_tenant_is_none() {
    assertThat(Cursor.parse(TENANT, Cursor.text(OTHER, 5))).isEmpty();
  }

  @Test
  void a_position_below_zero_is_none() {
    assertThat(Cursor.parse(TENANT, Cursor.text(TENANT, -1))).isEmpty();
  }

  @Test
  void a_cursor_of_another_version_is_none() {
    byte[] bytes = Base64.getUrlDecoder().decode(Cursor.text(TENANT, 5));
    bytes[0]++;

    assertThat(Cursor.parse(TENANT, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "x", "AQAAAAAAAAAAAAAAA", "AQAAAAAAAAAAAAAAA!", "äöüäöüäöüäöüäöüäö"})
  void what_is_no_cursor_is_none(String text) {
    assertThat(Cursor.parse(TENANT, text)).isEmpty();
  }
}
