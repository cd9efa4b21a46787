package dev.backlot.benchmark;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A process with thousands of clients that follow a stream, on one event loop. Reads the server's
 * port, a {@link Listener.Way} and a key, a line each; then one order a line, which it answers with
 * one {@link AudienceReport}; ends with its input. Orders are {@code join <clients>}, {@code await
 * <last event> <first event> <when each was there>...} and {@code storm <milliseconds>}.
 */
public final class AudienceGenerator {
  private AudienceGenerator() {}

  public static void main(String[] args) throws IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      int port = Integer.parseInt(orders.readLine());
      Listener.Way way = Listener.Way.valueOf(orders.readLine());
      AudienceRun run = new AudienceRun(vertx, port, way, orders.readLine());
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        String[] words = line.split(" ");
        AudienceReport report = Await.result(vertx, () -> obey(run, words));
        System.out.println(JsonObject.mapFrom(report).encode());
      }
    } finally {
      Await.result(vertx.close());
    }
  }

  private static Future<AudienceReport> obey(AudienceRun run, String[] words) {
    return switch (words[0]) {
      case "join" -> run.join(Integer.parseInt(words[1]));
      case "await" -> {
        int first = Integer.parseInt(words[2]);
        long[] there = Arrays.stream(words).skip(3).mapToLong(Long::parseLong).toArray();
        yield run.await(Integer.parseInt(words[1]), first, there);
      }
      case "storm" -> run.storm(Long.parseLong(words[1]));
      default -> throw new IllegalArgumentException(words[0]);
    };
  }
}
