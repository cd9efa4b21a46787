package dev.backlot.drill;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Submits jobs as a careful back end does: under one key each, to any node, and again to another
 * one after a refused connection, silence, 429 or 503. Some are sent twice although the first was
 * answered, and must get the same answer. Any number of threads may submit.
 */
final class Submitter {
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long PAUSE_MILLIS = 300;

  /** One of so many is sent twice. */
  private static final int TWICE = 10;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<URI> nodes;
  private final String key;
  private final long seed;
  private final Map<Integer, String> accepted = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
  private final AtomicInteger repeats = new AtomicInteger();

  Submitter(List<URI> nodes, String key, long seed) {
    this.nodes = nodes;
    this.key = key;
    this.seed = seed;
  }

  /** Job ids by number. */
  Map<Integer, String> accepted() {
    return accepted;
  }

  /** What no client should have seen. */
  List<String> broken() {
    return List.copyOf(broken);
  }

  /** Sends that had to be made again. */
  int repeats() {
    return repeats.get();
  }

  void submit(int number) {
    Random random = new Random(seed + number);
    Optional<String> id = untilAccepted(number, random);
    if (id.isEmpty()) {
      broken.add("job " + number + " was not accepted within " + PATIENCE.toMinutes() + " min");
      return;
    }
    accepted.put(number, id.get());
    if (random.nextInt(TWICE) == 0) {
      Optional<String> again = untilAccepted(number, random);
      if (!again.equals(id)) {
        broken.add("job " + number + " was accepted as " + id.get() + " and as " + again);
      }
    }
  }

  private Optional<String> untilAccepted(int number, Random random) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      Optional<String> id = once(number, nodes.get(random.nextInt(nodes.size())));
      if (id.isPresent()) {
        return id;
      }
      repeats.incrementAndGet();
      LockSupport.parkNanos(Duration.ofMillis(random.nextLong(PAUSE_MILLIS)).toNanos());
    }
    return Optional.empty();
  }

  private Optional<String> once(int number, URI node) {
    HttpRequest request =
        HttpRequest.newBuilder(node.resolve("/api/v1/jobs"))
            .timeout(ANSWER)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "drill-" + seed + "-" + number)
            .POST(BodyPublishers.ofString(body(number)))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      int status = answer.statusCode();
      if (status == 202) {
        return Optional.of(new JsonObject(answer.body()).getString("id"));
      }
      if (status != 429 && status != 503) {
        broken.add("job " + number + " was answered " + status + ": " + answer.body());
      }
    } catch (IOException | DecodeException unanswered) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private static String body(int number) {
    JsonObject input =
        new JsonObject()
            .put("model_name", number % 3 == 0 ? "kling-v3" : "kling-v2-6")
            .put("prompt", "a paper boat, take " + number)
            .put("duration", "5");
    return new JsonObject().put("kind", "text2video").put("input", input).encode();
  }
}
