package dev.backlot.stream;

import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.TestDatabase;
import dev.backlot.store.BusyStudio;
import dev.backlot.store.PgEventLog;
import dev.backlot.store.Pools;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one PostgreSQL, and writers whose transactions overlap. */
class LiveStreamTest {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 30;
  private static final int CLIENTS = 3;
  private static final int SECONDS = 120;

  private final Vertx vertx = Vertx.vertx();
  private final Vertx vertx2 = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(vertx);
  private final Pool pool2 = Pools.create(vertx2, database.config(), "backlot test");
  private final BusyStudio studio = new BusyStudio(vertx, database, TENANT);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<StreamServer> nodes = new ArrayList<>();

  /** From here on a client may stop; known when the writers have. */
  private volatile long goal = Long.MAX_VALUE;

  /** One time that a client is there. */
  private record Visit(Supplier<JsonObject> next, Runnable leave) {}

  /** What one client saw of an event. */
  private record Seen(long position, String job, int version, String event) {}

  @BeforeEach
  void start() throws Exception {
    // With few events in memory most resumes read the database and then meet the live feed.
    nodes.add(node(vertx, database.pool()));
    nodes.add(node(vertx2, pool2));
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdownNow();
    studio.close();
    for (StreamServer node : nodes) {
      node.stop();
    }
    pool2.close().await(20, TimeUnit.SECONDS);
    database.close();
    for (StreamServer node : nodes) {
      node.close();
    }
  }

  @Test
  void clients_that_come_and_go_at_any_node_by_any_way_miss_nothing_and_get_nothing_twice()
      throws Exception {
    List<CompletableFuture<List<Seen>>> clients = new ArrayList<>();
    for (int n = 0; n < CLIENTS; n++) {
      Random random = new Random(n);
      clients.add(CompletableFuture.supplyAsync(() -> comeAndGo(random), threads));
    }

    studio.write(WRITERS, ROUNDS).get(SECONDS, TimeUnit.SECONDS);
    // Set before the last event, which wakes whoever has everything before it.
    goal = database.number("SELECT max(position) FROM event");
    studio.writeOne();

    for (CompletableFuture<List<Seen>> client : clients) {
      List<Seen> seen = client.get(SECONDS, TimeUnit.SECONDS);
      assertThat(seen).isEqualTo(committed(seen.get(seen.size() - 1).position()));
      assertThat(seen).hasSizeGreaterThan(WRITERS * ROUNDS);
    }
  }

  @Test
  void a_snapshot_is_exactly_what_the_events_up_to_its_cursor_have_made() throws Exception {
    CompletableFuture<Void> writing = studio.write(WRITERS, ROUNDS);
    List<JsonObject> snapshots = new ArrayList<>();
    Random random = new Random(1);
    // Most of them while it writes; whoever is quicker, there are two to compare.
    while (!writing.isDone() || snapshots.size() < 2) {
      StreamClient client = anyNode(random).authenticated();
      client.subscribe("a", null);
      snapshots.add(client.next("snapshot"));
      client.socket.close();
    }
    writing.get(SECONDS, TimeUnit.SECONDS);

    assertThat(snapshots).hasSizeGreaterThan(1);
    for (JsonObject snapshot : snapshots) {
      assertThat(jobs(snapshot)).isEqualTo(newestLiveJobs(position(snapshot)));
    }
  }

  /** Follows the whole tenant from the beginning, and leaves after a few events again and again. */
  private List<Seen> comeAndGo(Random random) {
    List<Seen> seen = new ArrayList<>();
    String cursor = Cursor.text(TENANT, 0);
    while (!isDone(seen)) {
      Visit visit = random.nextBoolean() ? come(random, cursor) : read(random, cursor);
      for (int left = random.nextInt(40); left > 0 && !isDone(seen); left--) {
        JsonObject message = visit.next().get();
        if (message.getString("type").equals("event")) {
          cursor = message.getString("cursor");
          seen.add(seen(message));
        }
      }
      visit.leave().run();
    }
    return seen;
  }

  private boolean isDone(List<Seen> seen) {
    return !seen.isEmpty() && seen.get(seen.size() - 1).position() >= goal;
  }

  /** As server-sent events. */
  private Visit read(Random random, String cursor) {
    try {
      EventStreamClient client = anyNode(random).follow("tenant=true&cursor=" + cursor);
      return new Visit(() -> client.next().data(), client::leave);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private Visit come(Random random, String cursor) {
    try {
      StreamClient client = anyNode(random).authenticated();
      client.subscribe("a", cursor);
      return new Visit(client::next, client.socket::close);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private StreamServer anyNode(Random random) {
    return nodes.get(random.nextInt(nodes.size()));
  }

  private List<Seen> committed(long upTo) {
    String rows =
        database.text(
            """
            SELECT json_agg(json_build_object('position', position, 'job', job_id, 'version',
                              job_version, 'event', type) ORDER BY position)
              FROM event WHERE position <= %d"""
                .formatted(upTo));
    return new JsonArray(rows)
        .stream()
            .map(JsonObject.class::cast)
            .map(
                row ->
                    new Seen(
                        row.getLong("position"),
                        row.getString("job"),
                        row.getInteger("version"),
                        row.getString("event")))
            .toList();
  }

  /** Jobs with their versions, computed from the log alone. */
  private List<String> newestLiveJobs(long upTo) {
    String rows =
        database.text(
            """
            SELECT coalesce(json_agg(job_id || ' ' || job_version ORDER BY job_id DESC), '[]')
              FROM (SELECT * FROM (
                      SELECT DISTINCT ON (job_id) job_id, job_version, type
                        FROM event WHERE position <= %d ORDER BY job_id, job_version DESC) AS last
                     WHERE type = 'job.queued' ORDER BY job_id DESC LIMIT %d) AS live"""
                .formatted(upTo, StreamServer.config().snapshotJobsMax()));
    return new JsonArray(rows).stream().map(String.class::cast).toList();
  }

  private static List<String> jobs(JsonObject snapshot) {
    return snapshot.getJsonArray("jobs").stream()
        .map(JsonObject.class::cast)
        .map(job -> job.getString("id") + " " + job.getInteger("version"))
        .toList();
  }

  private static Seen seen(JsonObject event) {
    return new Seen(
        position(event),
        event.getString("job_id"),
        event.getInteger("version"),
        event.getString("event"));
  }

  private static long position(JsonObject message) {
    return Cursor.parse(TENANT, message.getString("cursor")).orElseThrow();
  }

  private static StreamServer node(Vertx vertx, Pool pool) throws Exception {
    return new StreamServer(
        vertx, new PgEventLog(pool), StreamServer.config(1 << 20, 100), List.of());
  }
}
