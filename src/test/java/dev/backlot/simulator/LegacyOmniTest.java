package dev.backlot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 4.4 of the reference. */
class LegacyOmniTest {
  private static final String OMNI = "/v1/videos/omni-video";

  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'aspect_ratio':'1:1'} | 4",
        "{'model_name':'kling-v3-omni','mode':'std','sound':'on','duration':'3','aspect_ratio':'1:1'} | 2.4",
        "{'model_name':'kling-v3-omni','mode':'4k','image_list':[FIRST]} | 15",
        "{'model_name':'kling-v3-omni','image_list':[FIRST,END]} | 4",
        "{'model_name':'kling-v3-omni','video_list':[{'video_url':'https://v.example/a.mp4'}]} | 6",
        "{'video_list':[{'video_url':'https://v.example/a.mp4','refer_type':'feature'}],'aspect_ratio':'1:1','image_list':[REF],'mode':'std','duration':'7'} | 6.3",
        "{'image_list':[REF,REF,REF,REF,REF,REF,REF],'aspect_ratio':'9:16'} | 4"
      })
  void what_fits_is_accepted_and_priced(String body, String units) {
    String id = create(body).data().getString("task_id");
    simulator.advance(Duration.ofMinutes(5));

    JsonObject task = simulator.get(OMNI + "/" + id).data();
    assertThat(task.getString("task_status")).isEqualTo("succeed");
    assertThat(task.getString("final_unit_deduction")).isEqualTo(units);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | aspect_ratio is required",
        "{'model_name':'kling-v3','aspect_ratio':'1:1'} | model(kling-v3) does not exist",
        "{'mode':'4k','aspect_ratio':'1:1'} | mode(4k) is not supported",
        "{'sound':'on','aspect_ratio':'1:1'} | model(kling-video-o1) is not supported with sound on",
        "{'multi_shot':true,'aspect_ratio':'1:1'} | is not supported with multi_shot",
        "{'duration':'7','aspect_ratio':'1:1'} | duration must be 5 or 10",
        "{'duration':'7','image_list':[FIRST]} | duration must be 5 or 10",
        "{'duration':'11','aspect_ratio':'1:1'} | model/duration(kling-video-o1/11) is not supported",
        "{'duration':5,'aspect_ratio':'1:1'} | duration must be a string",
        "{'image_list':[END]} | image_list takes one first_frame",
        "{'image_list':[FIRST,END,REF]} | end_frame is not supported with more than 2 images",
        "{'image_list':[REF,REF,REF,REF,REF,REF,REF,REF],'aspect_ratio':'1:1'} | cannot exceed 7",
        "{'video_list':[{'video_url':'https://v.example/a.mp4'}],'image_list':[FIRST]} | base is not supported with frames",
        "{'model_name':'kling-v3-omni','sound':'on','video_list':[{'video_url':'https://v.example/a.mp4'}]} | sound on is not supported with video input",
        "{'model_name':'kling-v3-omni','mode':'4k','video_list':[{'video_url':'https://v.example/a.mp4'}]} | mode(4k) is not supported with video input",
        "{'video_list':[{'video_url':'AAAA'}]} | video_list.video_url must be an address"
      })
  void what_does_not_fit_is_refused(String body, String message) {
    assertThat(create(body).message()).contains(message);
  }

  @Test
  void it_shares_the_slots_of_the_newer_name() {
    create("{'model_name':'kling-v3-omni','aspect_ratio':'1:1'}");

    assertThat(simulator.books().slots()).containsOnlyKeys("kling-v3-omni/video");
  }

  private Answer create(String body) {
    String json =
        body.replace("FIRST", "{'image_url':'https://i.example/a.png','type':'first_frame'}")
            .replace("END", "{'image_url':'https://i.example/b.png','type':'end_frame'}")
            .replace("REF", "{'image_url':'https://i.example/c.png'}")
            .replace('\'', '"');
    return simulator.create(OMNI, new JsonObject(json).put("prompt", "a boat"));
  }
}
