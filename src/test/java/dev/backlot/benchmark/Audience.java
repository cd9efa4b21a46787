package dev.backlot.benchmark;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A crowd of clients in a process of its own, seen from here. */
final class Audience implements AutoCloseable {
  private final Forked generator = Forked.start(AudienceGenerator.class);
  private int size;

  /**
   * @param key that may read; means nothing to a server that is not asked
   */
  Audience(int port, Listener.Way way, String key) {
    generator.tell(String.valueOf(port));
    generator.tell(way.name());
    generator.tell(key);
  }

  int size() {
    return size;
  }

  AudienceReport join(int clients) {
    size += clients;
    return ask("join " + clients);
  }

  /**
   * Until everybody has seen everything up to an event.
   *
   * @param first number of an event
   * @param there microseconds since the epoch of that one and those after it
   */
  AudienceReport await(int last, int first, long[] there) {
    String times = Arrays.stream(there).mapToObj(Long::toString).collect(Collectors.joining(" "));
    return ask("await " + last + " " + first + " " + times);
  }

  /** All go at once, and come back within this time. */
  AudienceReport storm(long millis) {
    return ask("storm " + millis);
  }

  private AudienceReport ask(String order) {
    AudienceReport report = new JsonObject(generator.ask(order)).mapTo(AudienceReport.class);
    if (!report.failure().isEmpty()) {
      throw new IllegalStateException("a client saw what must not be: " + report.failure());
    }
    return report;
  }

  @Override
  public void close() {
    generator.close();
  }
}
