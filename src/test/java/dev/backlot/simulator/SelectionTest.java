package dev.backlot.simulator;

import static dev.backlot.simulator.CallsTest.clip;
import static dev.backlot.simulator.CallsTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.Section;
import dev.backlot.config.SimulatorFault;
import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Marking things in a clip. */
class SelectionTest {
  private static final String ALL = "/v1/videos/multi-elements/";

  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_session_begins_with_what_its_clip_is() {
    JsonObject data = simulator.post(ALL + "init-selection", clip("?seconds=10")).data();

    assertThat(data.getInteger("status")).isZero();
    assertThat(data.getString("session_id")).isNotBlank();
    assertThat(data.getDouble("fps")).isEqualTo(24);
    assertThat(data.getInteger("original_duration")).isEqualTo(10_000);
    assertThat(data.getInteger("width")).isEqualTo(1_280);
    assertThat(data.getInteger("height")).isEqualTo(720);
    assertThat(data.getInteger("total_frame")).isEqualTo(240);
    assertThat(data.getString("final_unit_deduction")).isEqualTo("0");
    assertThat(simulator.fetch(data.getString("normalized_video")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 11})
  void a_clip_of_another_length_is_refused(int seconds) {
    assertRefused(
        simulator.post(ALL + "init-selection", clip("?seconds=" + seconds)),
        "the duration must be 2 to 5 or 7 to 10 s");
  }

  @Test
  void a_mask_covers_its_points_in_both_forms() throws IOException {
    JsonObject mask = mask(mark(session(), 3, point(0.5, 0.5)));

    JsonObject rle = mask.getJsonObject("rle_mask");
    int height = rle.getJsonArray("size").getInteger(0);
    int width = rle.getJsonArray("size").getInteger(1);
    boolean[] covered = decoded(rle.getString("counts"), width * height);
    JsonObject png = mask.getJsonObject("png_mask");
    BufferedImage picture = picture(png.getString("base64"));
    assertThat(picture.getWidth()).isEqualTo(width);
    assertThat(picture.getHeight()).isEqualTo(height);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        assertThat((picture.getRGB(x, y) & 0xFF) != 0).isEqualTo(covered[x * height + y]);
      }
    }
    assertThat(covered[width / 2 * height + height / 2]).isTrue();
    assertThat(covered[0]).isFalse();
  }

  @Test
  void the_same_points_have_the_same_mask() {
    assertThat(mask(mark(session(), 0, point(0.1, 0.9))))
        .isEqualTo(mask(mark(session(), 0, point(0.1, 0.9))));
  }

  @Test
  void a_mask_grows_with_a_point_and_is_gone_with_the_last() {
    String session = session();
    JsonObject one = mask(mark(session, 0, point(0.2, 0.2)));
    JsonObject two = mask(mark(session, 0, point(0.8, 0.8)));

    JsonObject back = mask(unmark(session, 0, point(0.8, 0.8)));
    JsonArray none = masks(unmark(session, 0, point(0.2, 0.2)));

    assertThat(two).isNotEqualTo(one);
    assertThat(back).isEqualTo(one);
    assertThat(none).isEmpty();
  }

  @Test
  void a_tenth_point_and_frame_are_the_last() {
    String session = session();
    assertThat(mark(session, 0, points(10)).code()).isZero();
    assertRefused(mark(session, 0, point(1, 1)), "at most 10 points can be marked in a frame");
    for (int frame = 1; frame < 10; frame++) {
      assertThat(mark(session, frame, point(0, 0)).code()).isZero();
    }

    assertRefused(mark(session, 10, point(0, 0)), "at most 10 frames can be marked");
    assertThat(mark(session, 9, point(1, 1)).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "add | 'frame_index':120,'points':[{'x':0,'y':0}] | frame_index must be below 120",
        "add | 'frame_index':-1,'points':[{'x':0,'y':0}] "
            + "| frame_index must be between 0.0 and 1000.0",
        "add | 'points':[{'x':0,'y':0}] | frame_index must not be empty",
        "add | 'frame_index':0 | points must not be empty",
        "add | 'frame_index':0,'points':[] | points must hold 1 to 10",
        "add | 'frame_index':0,'points':[{'x':1.01,'y':0}] "
            + "| points.x must be between 0.0 and 1.0",
        "add | 'frame_index':0,'points':[{'x':0}] | points.y must not be empty",
        "add | 'frame_index':0,'points':[[0,0]] | points must hold objects",
        "delete | 'frame_index':0,'points':[{'x':0,'y':0}] "
            + "| points were not marked in frame 0",
        "preview | | nothing is selected in the session",
      })
  void what_a_change_cannot_be_is_refused(String call, String members, String message) {
    String session = session();
    JsonObject body = json("{" + (members == null ? "" : members) + "}");

    assertRefused(
        simulator.post(ALL + call + "-selection", body.put("session_id", session)), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"add", "delete", "clear", "preview"})
  void a_change_needs_a_session(String call) {
    JsonObject body = json("{'frame_index':0,'points':[{'x':0,'y':0}]}");

    assertRefused(simulator.post(ALL + call + "-selection", body), "session_id must not be empty");
    assertRefused(
        simulator.post(ALL + call + "-selection", body.put("session_id", "7")),
        "session not found by id: 7");
  }

  @Test
  void a_session_ends_after_a_day() {
    String session = session();
    simulator.advance(Duration.ofHours(24));

    assertRefused(mark(session, 0, point(0, 0)), "session not found by id: " + session);
  }

  @Test
  void a_cleared_session_has_no_marks() {
    String session = session();
    mark(session, 0, point(0, 0));
    JsonObject body = new JsonObject().put("session_id", session);

    JsonObject data = simulator.post(ALL + "clear-selection", body).data();

    assertThat(data.getInteger("status")).isZero();
    assertThat(data.getString("session_id")).isEqualTo(session);
    assertRefused(
        simulator.post(ALL + "preview-selection", body), "nothing is selected in the session");
  }

  @Test
  void a_preview_has_files() {
    String session = session();
    mark(session, 0, point(0, 0));

    JsonObject res =
        simulator
            .post(ALL + "preview-selection", new JsonObject().put("session_id", session))
            .data()
            .getJsonObject("res");

    for (String name : List.of("video", "video_cover", "tracking_output")) {
      assertThat(simulator.fetch(res.getString(name)).status()).as(name).isEqualTo(200);
    }
  }

  @Test
  void a_clip_that_cannot_be_worked_on_has_a_status() {
    simulator.addFault(
        SimulatorFault.from(
            new Section(
                "fault", json("{'fault':'fail','target':'call'}").getMap(), true, name -> ""),
            Duration.ofMinutes(2)));

    JsonObject data = simulator.post(ALL + "init-selection", clip("")).data();

    assertThat(data).isEqualTo(json("{'status':1}"));
  }

  @Test
  void marks_are_free() {
    mark(session(), 0, point(0, 0));

    assertThat(simulator.books().billed()).isZero();
    assertThat(simulator.callUse("add-selection").done()).isEqualTo(1);
  }

  private String session() {
    return simulator.post(ALL + "init-selection", clip("")).data().getString("session_id");
  }

  private Answer mark(String session, int frame, JsonArray points) {
    return change("add", session, frame, points);
  }

  private Answer unmark(String session, int frame, JsonArray points) {
    return change("delete", session, frame, points);
  }

  private Answer change(String call, String session, int frame, JsonArray points) {
    return simulator.post(
        ALL + call + "-selection",
        new JsonObject()
            .put("session_id", session)
            .put("frame_index", frame)
            .put("points", points));
  }

  private static JsonArray point(double x, double y) {
    return new JsonArray().add(new JsonObject().put("x", x).put("y", y));
  }

  private static JsonArray points(int count) {
    JsonArray points = new JsonArray();
    IntStream.range(0, count).forEach(n -> points.addAll(point(n / 10.0, 0)));
    return points;
  }

  private static JsonArray masks(Answer answer) {
    return answer.data().getJsonObject("res").getJsonArray("rle_mask_list");
  }

  private static JsonObject mask(Answer answer) {
    return masks(answer).getJsonObject(0);
  }

  private static BufferedImage picture(String base64) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(base64);
    return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(bytes)));
  }

  /** As the vendor's sample decodes it. */
  private static boolean[] decoded(String counts, int pixels) {
    List<Integer> runs = new ArrayList<>();
    int at = 0;
    while (at < counts.length()) {
      int number = 0;
      int shift = 0;
      boolean more = true;
      while (more) {
        int bits = counts.charAt(at) - 48;
        number |= (bits & 0x1F) << shift;
        more = (bits & 0x20) != 0;
        at++;
        shift += 5;
        if (!more && (bits & 0x10) != 0) {
          number |= -1 << shift;
        }
      }
      runs.add(runs.size() > 2 ? number + runs.get(runs.size() - 2) : number);
    }
    boolean[] covered = new boolean[pixels];
    int pixel = 0;
    for (int run = 0; run < runs.size(); run++) {
      for (int n = 0; n < runs.get(run); n++) {
        covered[pixel++] = run % 2 == 1;
      }
    }
    assertThat(pixel).isEqualTo(pixels);
    return covered;
  }

  private static void assertRefused(Answer answer, String message) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo(message);
  }
}
