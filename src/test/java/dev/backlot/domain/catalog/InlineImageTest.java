package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against images that the platform's own encoder made. */
class InlineImageTest {
  private static final int BYTES_MAX = 1 << 20;

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @ParameterizedTest
  @CsvSource({"png, 300, 300", "jpg, 1024, 576", "png, 750, 300", "jpg, 300, 750"})
  void an_image_that_the_provider_takes_is_taken(String format, int width, int height) {
    byte[] bytes = Pictures.bytes(format, width, height);

    assertThat(ImageHeader.of(bytes)).contains(new ImageHeader(width, height));
    assertThat(InlineImage.problem(base64(bytes), BYTES_MAX)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "png | 299 | 500  | at least 300 pixels on each side; this one has 299 x 500",
        "jpg | 500 | 10   | at least 300 pixels on each side; this one has 500 x 10",
        "png | 751 | 300  | between 1:2.5 and 2.5:1; this one has 751 x 300",
        "jpg | 300 | 1000 | between 1:2.5 and 2.5:1",
        "gif | 400 | 400  | a PNG or JPEG image",
        "bmp | 400 | 400  | a PNG or JPEG image",
      })
  void an_image_that_would_fail_later_is_refused(
      String format, int width, int height, String problem) {
    assertThat(InlineImage.problem(base64(Pictures.bytes(format, width, height)), BYTES_MAX))
        .get()
        .asString()
        .contains(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no", "AAAA=AAA", "AAAAA", "AA AA", "AA\nAA", "ÄÖÜß"})
  void what_is_not_base64_is_refused(String text) {
    assertThat(InlineImage.problem(text, BYTES_MAX)).isPresent();
  }

  @Test
  void an_image_is_bounded_before_it_is_decoded() {
    assertThat(InlineImage.problem("A".repeat(BYTES_MAX / 3 * 4 + 8), BYTES_MAX))
        .contains("an image of at most 1 MiB");
  }

  @Test
  void a_prefix_is_dropped_whatever_type_it_claims() {
    assertThat(InlineImage.withoutPrefix("data:image/png;base64,AAAA")).isEqualTo("AAAA");
    assertThat(InlineImage.withoutPrefix("AAAA")).isEqualTo("AAAA");
    assertThat(InlineImage.withoutPrefix("data:,AAAA")).isEqualTo("data:,AAAA");
  }

  @Test
  void a_broken_image_ends_in_no_exception_and_no_loop() {
    Random random = new Random(3);
    for (String format : new String[] {"png", "jpg"}) {
      byte[] whole = Pictures.bytes(format, 400, 400);
      for (int i = 0; i < 20_000; i++) {
        byte[] broken = Arrays.copyOf(whole, random.nextInt(whole.length));
        for (int n = random.nextInt(8); n > 0 && broken.length > 0; n--) {
          broken[random.nextInt(Math.min(broken.length, 64))] = (byte) random.nextInt();
        }
        assertThat(ImageHeader.of(broken)).isNotNull();
      }
    }
  }
}
