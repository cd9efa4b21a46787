package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BodyDigestTest {
  private static final Map<String, Object> BODY = Map.of("prompt", "a boat");

  private static String digest(String key, String kind, String model, Map<String, ?> body) {
    return BodyDigest.of(key, kind, model, body);
  }

  private static final String FIRST = digest("key", "text2video", "kling-3.0", BODY);

  @Test
  void the_same_of_the_same_client_is_the_same() {
    assertThat(digest("key", "text2video", "kling-3.0", Map.of("prompt", "a boat")))
        .isEqualTo(FIRST);
  }

  @Test
  void another_key_asks_for_something_else() {
    assertThat(digest("other", "text2video", "kling-3.0", BODY)).isNotEqualTo(FIRST);
  }

  @Test
  void another_path_is_something_else() {
    assertThat(digest("key", "image2video", "kling-3.0", BODY)).isNotEqualTo(FIRST);
    assertThat(digest("key", "text2video", "kling-2.6", BODY)).isNotEqualTo(FIRST);
  }

  @Test
  void a_text_cannot_be_taken_for_what_holds_it() {
    assertThat(digest("key", "text2video", "kling-3.0", Map.of("prompt", List.of("a boat"))))
        .isNotEqualTo(FIRST);
    assertThat(digest("key", "text2video", "kling-3.0", Map.of("n", "1")))
        .isNotEqualTo(digest("key", "text2video", "kling-3.0", Map.of("n", 1)));
  }
}
