package dev.backlot.system;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A small client, as a tenant's back end would write it. */
public final class Api {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final String base;
  private final String key;

  Api(String base, String key) {
    this.base = base;
    this.key = key;
  }

  record Answer(int status, Buffer body, HttpHeaders headers) {
    String text() {
      return body.toString(StandardCharsets.UTF_8);
    }

    JsonObject json() {
      return new JsonObject(text());
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  Answer get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  Answer post(String path, String body, String... headers) {
    return send(
        request(path, headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  Answer patch(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  /** Of a text2video job. */
  static String body(String prompt) {
    return new JsonObject()
        .put("kind", "text2video")
        .put(
            "input",
            new JsonObject()
                .put("model_name", "kling-v2-6")
                .put("prompt", prompt)
                .put("duration", "5"))
        .encode();
  }

  /** Submits a text2video job and answers its id. */
  String submit(String prompt) {
    Answer answer = post("/api/v1/jobs", body(prompt));
    if (answer.status() != 202) {
      throw new AssertionError("submit answered " + answer.status() + ": " + answer.text());
    }
    return answer.json().getString("id");
  }

  JsonObject job(String id) {
    return get("/api/v1/jobs/" + id).json();
  }

  static int status(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).GET()).status();
  }

  public static JsonObject json(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).GET()).json();
  }

  public static String text(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).GET()).text();
  }

  public static void postTo(String url, String json) {
    Answer answer =
        send(HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(json)));
    if (answer.status() != 200) {
      throw new AssertionError(url + " answered " + answer.status() + ": " + answer.text());
    }
  }

  static void delete(String url) {
    Answer answer = send(HttpRequest.newBuilder(URI.create(url)).DELETE());
    if (answer.status() != 200) {
      throw new AssertionError(url + " answered " + answer.status() + ": " + answer.text());
    }
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + key);
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), Buffer.buffer(response.body()), response.headers());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }
}
