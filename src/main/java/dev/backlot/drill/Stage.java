package dev.backlot.drill;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.EmbeddedDatabase;
import dev.backlot.simulator.BookedTask;
import dev.backlot.simulator.Books;
import dev.backlot.simulator.SimulatorServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the drill plays on: PostgreSQL, the simulator, and for each node a process with a link to
 * the database that can be cut. Blocking; several threads may use it, but each node is one thread's
 * at a time.
 */
final class Stage implements AutoCloseable {
  /** Clips in flight that the provider allows. */
  static final Map<String, Integer> SLOTS = Map.of("kling-v2-6", 20, "kling-v3", 10);

  private static final int TIME_FACTOR = 60;

  /** Told to the simulator: how it misbehaves beside everything else. */
  private static final String MISHAPS =
      """
      [{"fault":"error","code":1302,"probability":0.01},
       {"fault":"broken","status":502,"probability":0.01},
       {"fault":"lost","leave":"close","probability":0.01},
       {"fault":"late","leave":"close","delay":"1s","delay-max":"3s","probability":0.005},
       {"fault":"invisible","delay":"2s","probability":0.02},
       {"fault":"reset","target":"query","probability":0.01},
       {"fault":"fail","message":"the renderer gave up","probability":0.02}]""";

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedDatabase.Settings databaseSettings;
  private final SimulatorServer simulator;
  private final List<Link> links = new ArrayList<>();
  private final List<Link> clusterLinks = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final String key;
  private final Callee callee = Callee.start(vertx);
  private EmbeddedDatabase database;

  private Stage(
      EmbeddedDatabase.Settings databaseSettings,
      EmbeddedDatabase database,
      SimulatorServer simulator,
      String key) {
    this.databaseSettings = databaseSettings;
    this.database = database;
    this.simulator = simulator;
    this.key = key;
  }

  /** Starts the first node alone, because it makes the schema, and then the others. */
  static Stage set(DrillPlan plan, Path directory, InstantSource clock) {
    EmbeddedDatabase.Settings asked =
        new EmbeddedDatabase.Settings(
            directory.resolve("postgres"), directory.resolve("programs"), 0, true);
    EmbeddedDatabase database = EmbeddedDatabase.start(asked);
    EmbeddedDatabase.Settings settings =
        new EmbeddedDatabase.Settings(asked.directory(), asked.programs(), database.port(), true);
    AppConfig config =
        AppConfig.load(new ConfigSource(Optional.empty(), simulated(plan, directory), Map.of()));
    SimulatorServer simulator =
        Patience.answer("starting the simulator", SimulatorServer.start(config.simulator(), clock));
    Stage stage =
        new Stage(settings, database, simulator, config.development().orElseThrow().presentedKey());
    try {
      stage.addNodes(plan, directory);
      stage.misbehave();
      return stage;
    } catch (RuntimeException stuck) {
      // Processes would outlive us.
      stage.close();
      throw stuck;
    }
  }

  private static List<String> simulated(DrillPlan plan, Path directory) {
    List<String> settings = new ArrayList<>();
    settings.add("data-directory=" + directory);
    settings.add("simulator.port=0");
    settings.add("simulator.control-port=0");
    settings.add("simulator.time-factor=" + TIME_FACTOR);
    settings.add("simulator.journal=");
    settings.add("simulator.seed=" + plan.seed());
    settings.add("simulator.horizon=5s");
    SLOTS.forEach(
        (model, slots) -> settings.add("simulator.slots-by-model." + model + "=" + slots));
    return settings;
  }

  private void addNodes(DrillPlan plan, Path directory) {
    Program first = plan.before().map(Program::before).orElseGet(Program::ours);
    for (int i = 1; i <= plan.nodes(); i++) {
      Link link = Link.to(vertx, database.port());
      links.add(link);
      nodes.add(NodeProcess.start("node-" + i, first, settings(plan, directory, link), directory));
      if (i == 1) {
        awaitReady();
      }
    }
    awaitReady();
    if (plan.before().isPresent()) {
      // As an operator does it: expand, and then replace the nodes one by one.
      nodes.get(0).have(Program.ours(), "migrate");
    }
  }

  /** Others reach the node through links that can be cut. */
  private Map<String, String> clustered() {
    Map<String, String> settings = new HashMap<>();
    settings.put("cluster.enabled", "true");
    for (String name : List.of("port", "event-port")) {
      int port = NodeProcess.freePort();
      Link link = Link.to(vertx, port);
      clusterLinks.add(link);
      settings.put("cluster." + name, Integer.toString(port));
      settings.put("cluster.advertised-" + name, Integer.toString(link.port()));
    }
    return settings;
  }

  private Map<String, String> settings(DrillPlan plan, Path directory, Link link) {
    Map<String, String> settings = clustered();
    settings.put("data-directory", directory.toString());
    settings.put("database.mode", "external");
    settings.put("database.host", "127.0.0.1");
    settings.put("database.port", Integer.toString(link.port()));
    settings.put("database.name", DatabaseConfig.NAME);
    settings.put("database.owner-user", DatabaseConfig.OWNER);
    settings.put("database.owner-password", "file:" + password(directory));
    settings.put("database.app-user", DatabaseConfig.APP);
    settings.put("database.app-password", "file:" + password(directory));
    settings.put("node.lease", plan.lease().toMillis() + "ms");
    settings.put("node.heartbeat", plan.lease().toMillis() / 6 + "ms");
    settings.put("simulator.enabled", "false");
    settings.put("development.credits", "1000000000");
    settings.put("provider.callback-url", "");
    settings.put(
        "provider.accounts[0].base-url", "http://127.0.0.1:" + simulator.verticle().port());
    SLOTS.forEach(
        (model, slots) ->
            settings.put("provider.accounts[0].slots.models." + model, Integer.toString(slots)));
    settings.put("dispatch.unknown-horizon", DrillPlan.UNKNOWN_HORIZON.toSeconds() + "s");
    settings.put("provider.deadlines.create", "5s");
    settings.put("provider.deadlines.query", "5s");
    settings.put("poll.first", "200ms");
    settings.put("poll.shortest", "100ms");
    settings.put("poll.longest", "500ms");
    settings.put("poll.request-worth", "20ms");
    settings.put("stream.heartbeat", "1s");
    return settings;
  }

  /**
   * The embedded server trusts who connects; the configuration asks for a password all the same.
   */
  private static Path password(Path directory) {
    Path file = directory.resolve("database-password");
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, "not-asked-for\n");
      }
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    return file;
  }

  List<NodeProcess> nodes() {
    return nodes;
  }

  /** What Kling's clients are called back at. */
  Callee callee() {
    return callee;
  }

  Link link(int node) {
    return links.get(node);
  }

  /** Between the nodes. */
  List<Link> clusterLinks() {
    return clusterLinks;
  }

  List<URI> addresses() {
    return nodes.stream().map(NodeProcess::address).toList();
  }

  String key() {
    return key;
  }

  Auditor auditor() {
    return new Auditor(databaseSettings.port(), DatabaseConfig.NAME);
  }

  void restartDatabase() {
    database = database.restart(databaseSettings);
  }

  private void misbehave() {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + simulator.verticle().controlPort() + "/faults"))
            .POST(BodyPublishers.ofString(MISHAPS))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()).join();
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the simulator refused its faults: " + answer.body());
    }
  }

  void clearMishaps() {
    Patience.answer("clearing the faults", simulator.verticle().clearFaults());
  }

  Books books() {
    return Patience.answer("reading the simulator's books", simulator.verticle().books());
  }

  List<BookedTask> tasks() {
    return Patience.answer("reading the simulator's tasks", simulator.verticle().tasks());
  }

  private void awaitReady() {
    Patience patience = new Patience(Duration.ofMinutes(2));
    for (NodeProcess node : nodes) {
      patience.until(
          node.name() + " is ready",
          () -> {
            if (!node.isAlive()) {
              throw new IllegalStateException(node.name() + " ended; its log says why");
            }
            return node.isReady();
          });
    }
  }

  @Override
  public void close() {
    nodes.stream().filter(NodeProcess::isAlive).forEach(NodeProcess::kill);
    Patience.answer("stopping the simulator", simulator.close());
    Patience.answer("closing the event loops", vertx.close());
    database.stop();
  }
}
