package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.input.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
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
        "gif | 400 | 400  | a PNG or JPEG image that is whole",
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
        .map(InlineFile.Fault::allowed)
        .contains("an image of at most 1 MiB");
  }

  @Test
  void a_prefix_is_dropped_whatever_type_it_claims() {
    assertThat(InlineFile.withoutPrefix("data:image/png;base64,AAAA")).isEqualTo("AAAA");
    assertThat(InlineFile.withoutPrefix("AAAA")).isEqualTo("AAAA");
    assertThat(InlineFile.withoutPrefix("data:,AAAA")).isEqualTo("data:,AAAA");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DATA:IMAGE/PNG;BASE64,",
        "data:image/png;charset=utf-8;base64,",
        "data:image/jpeg;name=a%20b.jpg;foo=\"bar\";Base64,",
        "data:;base64,",
      })
  void every_form_of_a_base64_data_address_is_dropped(String prefix) {
    byte[] whole = (prefix + "AAAA").getBytes(StandardCharsets.US_ASCII);
    Part part = InlineFile.withoutPrefix(new Part(whole, 0, whole.length));

    assertThat(InlineFile.withoutPrefix(prefix + "AAAA")).isEqualTo("AAAA");
    assertThat(part.start(10)).isEqualTo("AAAA");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:image/png,",
        "data:image/png;base64;a=b,",
        "data:a/b;base64;,",
        "data:a;base64,"
      })
  void what_only_looks_like_one_stays(String prefix) {
    assertThat(InlineFile.withoutPrefix(prefix + "AAAA")).isEqualTo(prefix + "AAAA");
  }

  @ParameterizedTest
  @CsvSource({"0, true", "-1, true", "-2, true", "-3, true", "1, false", "2, false", "3, false"})
  void the_limit_is_exact_to_the_byte(int more, boolean taken) {
    byte[] image = Pictures.bytes("png", 320, 320);
    byte[] bytes = Arrays.copyOf(image, BYTES_MAX + more);
    byte[] text = base64(bytes).getBytes(StandardCharsets.US_ASCII);

    assertThat(InlineImage.problem(base64(bytes), BYTES_MAX).isEmpty()).isEqualTo(taken);
    assertThat(InlineImage.problem(new Part(text, 0, text.length), BYTES_MAX).isEmpty())
        .isEqualTo(taken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void an_image_that_is_cut_off_anywhere_is_refused(String format) {
    byte[] whole = Pictures.bytes(format, 320, 320);

    assertThat(IntStream.range(0, whole.length).mapToObj(n -> Arrays.copyOf(whole, n)))
        .allSatisfy(cut -> assertThat(ImageHeader.of(cut)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void what_follows_the_end_counts_for_nothing(String format) {
    byte[] whole = Pictures.bytes(format, 320, 320);

    assertThat(ImageHeader.of(Arrays.copyOf(whole, whole.length + 100))).isPresent();
  }

  @Test
  void a_png_with_a_wrong_checksum_of_its_header_is_refused() {
    byte[] broken = Pictures.bytes("png", 320, 320);
    broken[29] ^= 1;

    assertThat(ImageHeader.of(broken)).isEmpty();
  }

  @Test
  void a_png_without_data_is_refused() {
    byte[] broken = Pictures.bytes("png", 320, 320);
    int data = new String(broken, StandardCharsets.ISO_8859_1).indexOf("IDAT");
    broken[data] = 'i';

    assertThat(ImageHeader.of(broken)).isEmpty();
  }

  @Test
  void a_chunk_that_is_longer_than_the_image_is_refused() {
    byte[] broken = Pictures.bytes("png", 320, 320);
    int data = new String(broken, StandardCharsets.ISO_8859_1).indexOf("IDAT");
    for (int first : new int[] {0x7F, 0xFF}) {
      broken[data - 4] = (byte) first;
      assertThat(ImageHeader.of(broken)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "65535, 65535, ''",
    "65536, 65536, at most 65535 pixels on each side; this one has 65536 x 65536",
    "2147483647, 2147483647, at most 65535 pixels",
    "-1, -1, a PNG or JPEG image",
  })
  void sides_that_no_image_has_are_refused(int width, int height, String problem) {
    byte[] claimed = Pictures.bytes("png", 320, 320);
    ByteBuffer.wrap(claimed).putInt(16, width).putInt(20, height);
    CRC32 checksum = new CRC32();
    checksum.update(claimed, 12, 17);
    ByteBuffer.wrap(claimed).putInt(29, (int) checksum.getValue());

    assertThat(
            InlineImage.problem(base64(claimed), BYTES_MAX)
                .map(InlineFile.Fault::allowed)
                .orElse(""))
        .contains(problem);
    assertThat(InlineImage.problem(base64(claimed), BYTES_MAX).isEmpty())
        .isEqualTo(problem.isEmpty());
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
