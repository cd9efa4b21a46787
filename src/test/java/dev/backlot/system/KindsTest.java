package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.catalog.Pictures;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind, in its own dialect, from the quote to the result and the bill. */
class KindsTest {
  @TempDir static Path directory;
  private static BacklotProcess backlot;

  @BeforeAll
  static void start() {
    backlot = BacklotProcess.start(directory, Map.of());
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind':'text2video','input':{'prompt':'p','model_name':'kling-v3','mode':'pro','sound':'on'}} | 1 | video/mp4",
        "{'kind':'text2video','input':{'prompt':'p [sim:status=reviewing]'}} | 1 | video/mp4",
        "{'kind':'text2video','input':{'prompt':'p [sim:status=]'}} | 1 | video/mp4",
        "{'kind':'image2video','input':{'prompt':'p','image':'data:image/png;base64,PNG'}} | 1 | video/mp4",
        "{'kind':'images','input':{'prompt':'p','n':3}} | 3 | image/png",
        "{'kind':'images','input':{'prompt':'p','model_name':'kling-v3','image':'PNG'}} | 1 | image/png",
        "{'kind':'text-to-video','model':'kling-3.0-turbo','input':{'prompt':'p','settings':{'duration':3}}} | 1 | video/mp4",
        "{'kind':'image-to-video','model':'kling-3.0','input':{'contents':[{'type':'first_frame','url':'PNG'},{'type':'prompt','text':'p'}]}} | 1 | video/mp4",
        "{'kind':'omni-video','input':{'contents':[{'type':'base_video','url':'https://clips.example.com/a.mp4'},{'type':'prompt','text':'p'}]}} | 1 | video/mp4",
      })
  void what_was_quoted_is_made_and_is_what_it_costs(String body, int outputs, String type) {
    Api api = backlot.client();
    String json = body.replace('\'', '"').replace("PNG", Pictures.png(320, 320));
    JsonObject quote = api.post("/api/v1/quotes", json).json();
    Api.Answer accepted = api.post("/api/v1/jobs", json);
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    String id = accepted.json().getString("id");

    Eventually.until(
        "the job succeeded",
        Duration.ofSeconds(60),
        () -> api.job(id).getString("state").equals("succeeded"));

    JsonObject job = api.job(id);
    assertThat(job.getString("charged")).isEqualTo(quote.getString("cost"));
    assertThat(job.getJsonArray("outputs")).hasSize(outputs);
    for (int n = 0; n < outputs; n++) {
      Api.Answer file = api.get("/api/v1/jobs/" + id + "/outputs/" + n);
      assertThat(file.status()).isEqualTo(200);
      assertThat(file.header("content-type")).isEqualTo(type);
    }
    new Books(backlot).assertExact();
  }
}
