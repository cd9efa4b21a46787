package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGES;
import static dev.backlot.simulator.RunningSimulator.TEXT;
import static dev.backlot.simulator.RunningSimulator.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTest {
  private final RunningSimulator simulator = new RunningSimulator();
  private String url = "";

  @BeforeEach
  void finishTask() {
    String id = simulator.accepted(body("ord-1"));
    simulator.finishRendering();
    url = simulator.query(id).video().getString("url");
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_result_is_a_moving_h264_picture_in_mp4() {
    byte[] clip = get(url).raw().body();
    String text = new String(clip, StandardCharsets.ISO_8859_1);

    assertThat(text.substring(4, 8)).isEqualTo("ftyp");
    assertThat(text).contains("moov", "mdat", "avc1");
    // Profile of the decoder configuration: 66 is baseline, which every browser plays.
    assertThat(clip[text.indexOf("avcC") + 5]).isEqualTo((byte) 66);
    assertThat(clip).hasSizeGreaterThan(10_000);
  }

  @Test
  void a_result_says_what_it_is() {
    Answer answer = get(url);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.raw().headers().firstValue("content-type")).contains("video/mp4");
    assertThat(answer.raw().headers().firstValue("accept-ranges")).contains("bytes");
  }

  @Test
  void every_fetch_gets_the_same_bytes() {
    assertThat(get(url).raw().body()).isEqualTo(get(url).raw().body());
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-99, 0, 100", "bytes=100-199, 100, 200"})
  void a_range_is_served(String range, int from, int to) {
    byte[] whole = get(url).raw().body();

    Answer part = get(url, range);

    assertThat(part.status()).isEqualTo(206);
    assertThat(part.raw().body()).isEqualTo(Arrays.copyOfRange(whole, from, to));
    assertThat(part.raw().headers().firstValue("content-range"))
        .contains("bytes " + from + "-" + (to - 1) + "/" + whole.length);
  }

  @Test
  void an_open_range_reaches_to_the_end() {
    int length = get(url).raw().body().length;

    assertThat(get(url, "bytes=" + (length - 7) + "-").raw().body()).hasSize(7);
    assertThat(get(url, "bytes=-7").raw().body()).hasSize(7);
  }

  @Test
  void a_range_beyond_the_end_is_416() {
    int length = get(url).raw().body().length;

    Answer answer = get(url, "bytes=" + length + "-");

    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.raw().headers().firstValue("content-range")).contains("bytes */" + length);
  }

  @Test
  void head_tells_the_length() {
    Answer head = head(url);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.raw().headers().firstValueAsLong("content-length"))
        .hasValue(get(url).raw().body().length);
  }

  @Test
  void a_wrong_key_is_403() {
    assertThat(get(url + "0").status()).isEqualTo(403);
  }

  @Test
  void a_link_ends_with_its_lifetime() {
    simulator.advance(Duration.ofDays(30));

    assertThat(get(url).status()).isEqualTo(404);
    assertThat(get(url, "bytes=0-9").status()).isEqualTo(404);
    assertThat(head(url).status()).isEqualTo(404);
  }

  @Test
  void a_link_lives_until_then() {
    simulator.advance(Duration.ofDays(30).minus(RunningSimulator.RENDER).minusMillis(1));

    assertThat(get(url).status()).isEqualTo(200);
  }

  @Test
  void media_can_be_slow() {
    simulator.send(
        simulator
            .control("/faults")
            .POST(
                BodyPublishers.ofString(
                    "{\"fault\":\"slow\",\"target\":\"media\",\"delay\":\"300ms\"}")));
    long start = System.nanoTime();

    assertThat(get(url).status()).isEqualTo(200);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void an_unknown_file_is_404() {
    assertThat(get(url.replaceFirst("/\\d{18}-", "/123456789012345678-")).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {TEXT, IMAGES})
  void a_watermarked_copy_is_another_file(String path) {
    JsonObject mark = new JsonObject().put("enabled", true);
    JsonObject wanted = body("ord-2").put("watermark_info", mark);
    simulator.create(path, wanted);
    simulator.advance(Duration.ofMinutes(1));
    JsonObject file = simulator.task("ord-2").getJsonArray("outputs").getJsonObject(0);

    byte[] marked = get(file.getString("watermark_url")).raw().body();

    assertThat(marked).hasSizeGreaterThan(1_000);
    assertThat(marked).isNotEqualTo(get(file.getString("url")).raw().body());
  }

  @Test
  void a_task_without_a_watermark_has_no_such_copy() {
    assertThat(get(url.replace("-output.", "-output-wm.")).status()).isEqualTo(404);
  }

  private Answer head(String address) {
    return simulator.send(
        HttpRequest.newBuilder(URI.create(address)).method("HEAD", BodyPublishers.noBody()));
  }

  private Answer get(String address) {
    return simulator.send(HttpRequest.newBuilder(URI.create(address)));
  }

  private Answer get(String address, String range) {
    return simulator.send(HttpRequest.newBuilder(URI.create(address)).header("Range", range));
  }
}
