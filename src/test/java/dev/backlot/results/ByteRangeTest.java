package dev.backlot.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-", "bytes=0-0", "bytes=5-9", "bytes=-7"})
  void a_single_range_is_passed_on_as_it_is(String header) {
    assertThat(ByteRange.parse(header).map(ByteRange::toString)).contains(header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes=",
        "bytes=-",
        "bytes=9-5",
        "bytes=0-1,5-6",
        "items=0-1",
        "bytes=a-b",
        "bytes=0-1\r\nX: y",
        "bytes=0-9999999999999999999999"
      })
  void anything_else_asks_for_the_whole_file(String header) {
    assertThat(ByteRange.parse(header)).isEmpty();
  }

  @Test
  void no_header_asks_for_the_whole_file() {
    assertThat(ByteRange.parse(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-, bytes 0-99/100",
    "bytes=5-9, bytes 5-9/100",
    "bytes=5-9, bytes 5-7/8",
    "bytes=5-900, bytes 5-99/100",
    "bytes=-7, bytes 93-99/100",
    "bytes=-700, bytes 0-99/100"
  })
  void an_answer_within_the_range_is_taken(String asked, String answered) {
    assertThat(ByteRange.parse(asked).orElseThrow().answeredBy(answered).map(Object::toString))
        .contains(answered);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=5-9, bytes 4-9/100",
    "bytes=5-9, bytes 5-10/100",
    "bytes=5-9, bytes 5-9/9",
    "bytes=5-9, bytes 9-5/100",
    "bytes=5-9, bytes 5-9/*",
    "bytes=5-9, bytes */100",
    "bytes=5-9, ''",
    "bytes=-7, bytes 92-99/100"
  })
  void an_answer_that_was_not_asked_for_is_refused(String asked, String answered) {
    assertThat(ByteRange.parse(asked).orElseThrow().answeredBy(answered)).isEmpty();
  }
}
