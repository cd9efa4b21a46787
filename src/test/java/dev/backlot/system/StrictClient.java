package dev.backlot.system;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A back end that goes to another node, with the same key, after a refused connection or a 503, and
 * after nothing else. One thread's, with connections of its own that it keeps.
 */
final class StrictClient {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final HttpClient http;
  private final List<String> nodes;
  private final String key;
  private final List<String> accepted = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int refused;
  private int unavailable;

  /**
   * @param nodes their APIs, of which the first is asked first
   */
  StrictClient(HttpClient.Version version, List<String> nodes, String key) {
    this.http = HttpClient.newBuilder().version(version).build();
    this.nodes = nodes;
    this.key = key;
  }

  /** Submits one job, under this idempotency key, and notes how it went. */
  void submit(String name) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int at = accepted.size(); System.nanoTime() < until; at++) {
      if (isDone(name, nodes.get(at % nodes.size()))) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    failures.add(name + " was not accepted within " + PATIENCE);
  }

  /** Whether there is nothing to be tried again. */
  private boolean isDone(String name, String node) {
    try {
      HttpResponse<String> answer = http.send(request(name, node), BodyHandlers.ofString());
      if (answer.statusCode() == 503) {
        unavailable++;
        return false;
      }
      if (answer.statusCode() == 202) {
        accepted.add(new JsonObject(answer.body()).getString("id"));
      } else {
        failures.add(name + " at " + node + ": " + answer.statusCode() + " " + answer.body());
      }
      return true;
    } catch (ConnectException refusal) {
      refused++;
      return false;
    } catch (IOException broken) {
      failures.add(name + " at " + node + ": " + broken);
      return true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private HttpRequest request(String name, String node) {
    return HttpRequest.newBuilder(URI.create(node + "/api/v1/jobs"))
        .timeout(ANSWER)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", name)
        .POST(BodyPublishers.ofString(Api.body("a paper boat, " + name)))
        .build();
  }

  /** Ids of jobs. */
  List<String> accepted() {
    return accepted;
  }

  /** What it may not try again. */
  List<String> failures() {
    return failures;
  }

  /** Connections that were refused. */
  int refused() {
    return refused;
  }

  /** Answers 503. */
  int unavailable() {
    return unavailable;
  }
}
