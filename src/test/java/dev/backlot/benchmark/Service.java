package dev.backlot.benchmark;

import dev.backlot.system.Api;
import dev.backlot.system.BacklotProcess;
import dev.backlot.system.Eventually;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The service as an operator starts it: a process with its embedded, durable PostgreSQL and the
 * simulator, and a thousand tenants in its database.
 */
final class Service implements AutoCloseable {
  private static final Duration ALL_ENDED = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofMinutes(15);

  private final Path directory;
  private final BacklotProcess process;
  private final List<BacklotProcess> joined = new ArrayList<>();
  private Database database;
  private final Tenants tenants;

  private Service(Path directory, BacklotProcess process) {
    this.directory = directory;
    this.process = process;
    this.database = new Database(process.ports().database());
    this.tenants = Tenants.make(database);
  }

  static Service start(Path directory, Map<String, String> settings) {
    try {
      Files.createDirectories(directory);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new Service(directory, BacklotProcess.startAtFullSpeed(directory, settings));
  }

  /** Another node on its database and its simulator, with the settings of the first. */
  void join(Map<String, String> settings) {
    joined.add(BacklotProcess.besideAtFullSpeed(process, settings));
  }

  /** Of the first node. */
  int port() {
    return process.ports().http();
  }

  /** Of every node. */
  List<Integer> ports() {
    return nodes().map(node -> node.ports().http()).toList();
  }

  private Stream<BacklotProcess> nodes() {
    return Stream.concat(Stream.of(process), joined.stream());
  }

  Database database() {
    return database;
  }

  Tenants tenants() {
    return tenants;
  }

  /** Of the service, whatever nodes it has, and of its PostgreSQL. */
  Cpu cpu() {
    return new Cpu(
        Stream.concat(nodes().map(BacklotProcess::pid), Stream.of(postmaster())).toList());
  }

  long postmaster() {
    Path file = directory.resolve("postgres").resolve("data").resolve("postmaster.pid");
    try {
      return Long.parseLong(Files.readAllLines(file).get(0).strip());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  JsonObject books() {
    return Api.json(process.control() + "/books");
  }

  /** A page of the simulator's tasks. */
  JsonArray tasks(String after, int limit) {
    return Api.json(process.control() + "/books/tasks?after=" + after + "&limit=" + limit)
        .getJsonArray("items");
  }

  long pid() {
    return process.pid();
  }

  /** Of the simulator's other door. */
  String control() {
    return process.control();
  }

  void awaitRunning(int jobs) {
    Eventually.until(
        jobs + " jobs run",
        LONG,
        () ->
            database
                    .query("SELECT count(*) FROM job WHERE state = 'running'")
                    .iterator()
                    .next()
                    .getLong(0)
                == jobs);
  }

  /** Its metrics, as text. What is no metrics would be read as a service that has timed nothing. */
  String metrics() {
    String text = Api.text(process.management() + "/metrics");
    if (!text.startsWith("#")) {
      throw new AssertionError("no metrics: " + text);
    }
    return text;
  }

  int simulatorPort() {
    return process.ports().simulator();
  }

  /** The provider's API key. */
  String providerKey() {
    try {
      return Files.readString(directory.resolve("provider-api.key")).strip();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Until no job of one of these models is queued any more. */
  void awaitNothingQueued(Set<String> models) {
    String sql =
        """
        SELECT min((SELECT count(*) FROM job WHERE state = 'queued' AND model = name))
          FROM unnest($1::text[]) AS name""";
    Object names = models.toArray(String[]::new);
    Eventually.until(
        "nothing queued of one of " + models,
        LONG,
        () -> database.query(sql, names).iterator().next().getLong(0) == 0);
  }

  /** Over a connection that stays, and so without a load of its own. */
  void awaitEnded(int jobs) {
    Eventually.until(
        jobs + " jobs ended",
        LONG,
        () ->
            database
                    .query("SELECT count(*) FROM job WHERE ended_at IS NOT NULL")
                    .iterator()
                    .next()
                    .getLong(0)
                >= jobs);
  }

  void awaitAllEnded() {
    Eventually.until(
        "all jobs ended",
        ALL_ENDED,
        () ->
            database.number(
                    """
                    SELECT count(*) FROM job
                     WHERE state IN ('queued', 'held', 'submitting', 'running', 'storing')""")
                == 0);
  }

  /**
   * Once more on the same data: settings of the database server have changed. It stays for whoever
   * has a connection, so ours go first.
   */
  void restart() {
    database.close();
    process.stop();
    process.restart();
    database = new Database(process.ports().database());
  }

  @Override
  public void close() {
    database.close();
    joined.forEach(BacklotProcess::close);
    process.close();
  }
}
