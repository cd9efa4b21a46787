package dev.backlot.domain.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartPlaceTest {
  @Test
  void places_are_found_where_parts_were_taken_out() {
    Parts.Collector parts = new Parts.Collector();
    String text = "{\"a\":" + parts.takeOut(part(7)) + ",\"b\":" + parts.takeOut(part(9)) + "}";

    assertThat(PartPlace.in(text))
        .extracting(place -> place.offset() + "+" + place.length())
        .containsExactly("0+7", "7+9");
    assertThat(parts.parts().length()).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":\"{\\\"$part\\\":0,\\\"length\\\":7}\"}",
        "{\"prompt\":\"{\",\"$part\":0}",
        "{\"prompt\":\"a $part b\"}",
        "{}",
      })
  void no_text_of_a_caller_looks_like_one(String json) {
    assertThat(PartPlace.in(json)).isEmpty();
  }

  private static Part part(int length) {
    return new Part(new byte[length], 0, length);
  }
}
