package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.catalog.Pictures;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kinds on an account that prefers the other dialect, from the quote to the result and the bill.
 */
class OtherDialectTest {
  @TempDir Path directory;

  /** Bodies, and the task that each makes: product, model and mode as the simulator has it. */
  private static final Map<String, String> NEWER =
      Map.of(
          "{'kind':'text2video','input':{'prompt':'a','model_name':'kling-v3','mode':'pro','sound':'on','duration':'3'}}",
          "text-to-video kling-3.0 1080p",
          "{'kind':'text2video','input':{'prompt':'b','watermark_info':{'enabled':true}}}",
          "text-to-video kling-2.6 720p",
          "{'kind':'text2video','input':{'prompt':'c','negative_prompt':'n'}}",
          "text2video kling-v2-6 std",
          "{'kind':'image2video','input':{'prompt':'d','model_name':'kling-v2-5-turbo','mode':'pro','image':'PNG','image_tail':'PNG'}}",
          "image-to-video kling-2.5-turbo 1080p",
          "{'kind':'text-to-video','input':{'prompt':'e'}}",
          "text-to-video kling-2.6 720p",
          "{'kind':'omni-video-v1','input':{'prompt':'f','model_name':'kling-v3-omni','image_list':[{'image_url':'PNG','type':'first_frame'},{'image_url':'PNG'}],'duration':'3'}}",
          "omni-video kling-3.0-omni 1080p",
          "{'kind':'motion-control-v1','input':{'image_url':'PNG','video_url':'https://clips.example.com/g.mp4?seconds=30','character_orientation':'video','mode':'std'}}",
          "motion-control kling-2.6 720p");

  private static final Map<String, String> LEGACY =
      Map.of(
          "{'kind':'text-to-video','model':'kling-3.0','input':{'prompt':'a','settings':{'resolution':'1080p','audio':'native'}}}",
          "text2video kling-v3 pro",
          "{'kind':'text-to-video','model':'kling-3.0-turbo','input':{'prompt':'b'}}",
          "text-to-video kling-3.0-turbo 720p",
          "{'kind':'image-to-video','model':'kling-2.6','input':{'contents':[{'type':'first_frame','url':'PNG'},{'type':'prompt','text':'c'}],'options':{'watermark_info':{'enabled':true}}}}",
          "image2video kling-v2-6 std",
          "{'kind':'image2video','input':{'prompt':'d','image':'PNG'}}",
          "image2video kling-v2-6 std",
          "{'kind':'omni-video','model':'kling-o1','input':{'contents':[{'type':'prompt','text':'e'}],'settings':{'aspect_ratio':'9:16'}}}",
          "legacy-omni-video kling-video-o1 std",
          "{'kind':'omni-video','input':{'contents':[{'type':'first_frame','url':'PNG'},{'type':'prompt','text':'f'}],'settings':{'duration':3,'audio':'native'}}}",
          "legacy-omni-video kling-v3-omni std",
          "{'kind':'omni-video','input':{'contents':[{'type':'refer_image','url':'PNG'},{'type':'prompt','text':'@a walks'}],'settings':{'duration':3,'aspect_ratio':'1:1'}}}",
          "omni-video kling-3.0-omni 720p",
          "{'kind':'motion-control','model':'kling-3.0','input':{'contents':[{'type':'image','url':'PNG'},{'type':'video','url':'https://clips.example.com/h.mp4?seconds=10'}],'settings':{'character_orientation':'image','audio':'off'}}}",
          "motion-control-legacy kling-v3 std");

  @Test
  void what_can_go_the_newer_way_goes_it_and_costs_what_was_quoted() {
    run("path-per-model", NEWER);
  }

  @Test
  void what_can_go_the_legacy_way_goes_it_and_costs_what_was_quoted() {
    run("legacy", LEGACY);
  }

  private void run(String preferred, Map<String, String> tasks) {
    Map<String, String> settings =
        Map.of("provider.accounts[0].dialect.default", preferred, "poll.first", "100ms");
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings)) {
      Api api = backlot.client();
      List<String> jobs = new ArrayList<>();
      for (String body : tasks.keySet()) {
        String json = body.replace('\'', '"').replace("PNG", Pictures.png(320, 320));
        JsonObject quote = api.post("/api/v1/quotes", json).json();
        JsonObject job = api.post("/api/v1/jobs", json).json();
        assertThat(job.getString("cost")).as(body).isEqualTo(quote.getString("cost"));
        jobs.add(job.getString("id"));
      }

      for (String id : jobs) {
        Eventually.until(
            "the job succeeded",
            Duration.ofSeconds(60),
            () -> api.job(id).getString("state").equals("succeeded"));
        JsonObject job = api.job(id);
        assertThat(job.getString("charged")).isEqualTo(job.getString("cost"));
        assertFiles(api, job);
      }

      assertThat(made(backlot)).containsExactlyInAnyOrderElementsOf(tasks.values());
      new Books(backlot).assertExact();
    }
  }

  /** The copy with a watermark is another file, and is there when it was asked for. */
  private static void assertFiles(Api api, JsonObject job) {
    boolean asked = job.getJsonObject("input").encode().contains("\"watermark_info\"");
    JsonObject output = job.getJsonArray("outputs").getJsonObject(0);
    assertThat(output.getString("type")).isEqualTo("video");
    assertThat(output.getBoolean("watermark")).isEqualTo(asked);
    Api.Answer clean = api.get(output.getString("url"));
    Api.Answer copy = api.get(output.getString("url") + "?watermark=true");
    assertThat(clean.status()).isEqualTo(200);
    assertThat(copy.status()).isEqualTo(asked ? 200 : 404);
    assertThat(copy.header("etag")).isNotEqualTo(clean.header("etag"));
  }

  private static List<String> made(BacklotProcess backlot) {
    return Api.json(backlot.control() + "/books/tasks").getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .map(
            task ->
                String.join(
                    " ",
                    task.getString("product"),
                    task.getString("model"),
                    task.getString("mode")))
        .toList();
  }
}
