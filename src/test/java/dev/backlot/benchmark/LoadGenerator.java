package dev.backlot.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A process that sends requests as clients would, on one event loop: reads one {@link LoadOrder} a
 * line, answers each with one {@link LoadReport}, ends with its input.
 */
public final class LoadGenerator {
  private LoadGenerator() {}

  public static void main(String[] args) throws IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        LoadOrder order = new JsonObject(line).mapTo(LoadOrder.class);
        LoadReport report = Await.result(vertx, () -> new LoadRun(vertx, order).run());
        System.out.println(JsonObject.mapFrom(report).encode());
      }
    } finally {
      Await.result(vertx.close());
    }
  }
}
