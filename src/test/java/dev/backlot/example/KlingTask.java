package dev.backlot.example;

// begin
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** Makes a clip by Kling's API: nothing in here knows of Backlot but the two arguments. */
public record KlingTask(String base, String key) {
  private static final String TEXT = "/v1/videos/text2video";

  /** Answers the address of the file. */
  public String make(String prompt, String orderId) throws Exception {
    JsonObject body =
        new JsonObject()
            .put("model_name", "kling-v2-6")
            .put("prompt", prompt)
            .put("duration", "5")
            .put("external_task_id", orderId);
    JsonObject task = send(request(TEXT).POST(BodyPublishers.ofString(body.encode())));
    while (!task.getString("task_status").equals("succeed")) {
      if (task.getString("task_status").equals("failed")) {
        throw new IllegalStateException(task.getString("task_status_msg"));
      }
      Thread.sleep(500);
      task = send(request(TEXT + "/" + task.getString("task_id")));
    }
    return task.getJsonObject("task_result")
        .getJsonArray("videos")
        .getJsonObject(0)
        .getString("url");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json");
  }

  private static JsonObject send(HttpRequest.Builder request) throws Exception {
    String answer =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    JsonObject envelope = new JsonObject(answer);
    if (envelope.getInteger("code") != 0) {
      throw new IllegalStateException(envelope.getString("message"));
    }
    return envelope.getJsonObject("data");
  }
}
// end
