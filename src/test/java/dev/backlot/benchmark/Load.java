package dev.backlot.benchmark;

import io.vertx.core.json.JsonObject;

/** The load generator, seen from here. */
final class Load implements AutoCloseable {
  private final Forked generator = Forked.start(LoadGenerator.class);

  /** Throws when a single request was answered with anything but what is right. */
  LoadReport run(LoadOrder order) {
    LoadReport report =
        new JsonObject(generator.ask(JsonObject.mapFrom(order).encode())).mapTo(LoadReport.class);
    if (!report.failure().isEmpty()) {
      throw new IllegalStateException("a request failed: " + report.failure());
    }
    return report;
  }

  @Override
  public void close() {
    generator.close();
  }
}
