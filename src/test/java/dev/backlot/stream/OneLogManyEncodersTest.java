package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.BusConfig;
import dev.backlot.config.TcpBridgeConfig;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog.Event;
import dev.backlot.webhook.WebhookFollower;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever carries the events, they are the same ones in the same order: what the log has. A new
 * way to follow it is one more line of {@link #ways}.
 */
class OneLogManyEncodersTest {
  private static final int EVENTS = 400;
  private static final Set<String> ENDS = Set.of("job.succeeded", "job.failed");

  private final Map<String, Way> ways =
      Map.of(
          "WebSocket", OneLogManyEncodersTest::overWebSocket,
          "server-sent events", OneLogManyEncodersTest::asServerSentEvents,
          "SockJS bridge", OneLogManyEncodersTest::overSockJs,
          "TCP bridge", OneLogManyEncodersTest::overTcp,
          "event bus", OneLogManyEncodersTest::onTheBus,
          "webhook", this::asWebhook);

  private final FakeEventLog log = new FakeEventLog();
  private final Random random = new Random(7);
  private final BatchId batch = log.batch(TENANT);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private StreamServer server;

  /**
   * @param jobs of the subscription; empty for the batch, or the tenant
   */
  private record Wish(
      List<String> jobs, @Nullable BatchId batch, Set<String> events, String cursor) {}

  private interface Way {
    /** Begins to follow; what is given waits for the next event and has its message. */
    Supplier<JsonObject> follow(StreamServer server, Wish wish) throws Exception;
  }

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config(16 << 20, 100));
  }

  @AfterEach
  void stop() throws Exception {
    // Those who follow are told before their own side goes.
    server.stop();
    for (AutoCloseable each : opened) {
      each.close();
    }
    server.vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_tenant_is_the_same_whatever_carries_it() throws Exception {
    assertSame(new Wish(List.of(), null, Set.of(), Cursor.text(TENANT, 0)), event -> true);
  }

  @Test
  void jobs_are_the_same_whatever_carries_them() throws Exception {
    List<String> jobs = List.of(job(1).toString(), job(2).toString());
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(2), JobState.QUEUED);

    assertSame(
        new Wish(jobs, null, Set.of(), Cursor.text(TENANT, 0)),
        event -> jobs.contains(event.job().toString()));
  }

  @Test
  void a_batch_is_the_same_whatever_carries_it() throws Exception {
    assertSame(
        new Wish(List.of(), batch, Set.of(), Cursor.text(TENANT, 0)),
        event -> batch.equals(event.batch()));
  }

  @Test
  void the_wanted_events_are_the_same_whatever_carries_them() throws Exception {
    assertSame(
        new Wish(List.of(), null, ENDS, Cursor.text(TENANT, 0)),
        event -> ENDS.contains(event.type()));
  }

  @Test
  void a_resume_is_the_same_whatever_carries_it() throws Exception {
    append(EVENTS);

    assertSame(
        new Wish(List.of(), null, Set.of(), Cursor.text(TENANT, EVENTS / 2)),
        event -> event.position() > EVENTS / 2);
  }

  /** Half of what there is to see happens before anybody follows, and half while they do. */
  private void assertSame(Wish wish, Predicate<Event> wanted) throws Exception {
    append(EVENTS);
    Map<String, Supplier<JsonObject>> followers = new LinkedHashMap<>();
    for (String name : ways.keySet()) {
      followers.put(name, ways.get(name).follow(server, wish));
    }
    append(EVENTS);

    List<JsonObject> expected = new ArrayList<>();
    log.all().stream()
        .filter(event -> event.tenant().equals(TENANT))
        .filter(wanted)
        .forEach(event -> expected.add(message(event)));
    JobId job = JobId.parse(expected.get(expected.size() - 1).getString("job_id")).orElseThrow();
    assertThat(expected).hasSizeGreaterThan(20);
    followers.forEach(
        (name, next) -> {
          List<JsonObject> seen = new ArrayList<>();
          for (int n = 0; n < expected.size(); n++) {
            seen.add(next.get());
          }
          assertThat(seen).as(name).isEqualTo(expected);

          // Nothing came besides: what happens now is the very next that it sees.
          JsonObject later = message(log.append(TENANT, job, JobState.SUCCEEDED));
          expected.add(later);
          assertThat(next.get()).as(name + ", after the last").isEqualTo(later);
        });
  }

  private static JsonObject message(Event event) {
    return new JsonObject(new Frame(event).text());
  }

  private void append(int events) {
    JobState[] states = JobState.values();
    for (int n = 0; n < events; n++) {
      JobState state = states[random.nextInt(states.length)];
      int number = 1 + random.nextInt(9);
      switch (number % 3) {
        case 0 -> log.append(OTHER, job(100 + number), state);
        case 1 -> log.append(TENANT, job(number), state);
        default ->
            log.append(TENANT, job(200 + number), new BatchItem(batch.value(), number), state);
      }
    }
  }

  private static Supplier<JsonObject> overWebSocket(StreamServer server, Wish wish)
      throws Exception {
    StreamClient client = server.authenticated();
    client.send(members(wish).put("type", "subscribe").put("id", "a"));
    return () -> client.await("event");
  }

  private static Supplier<JsonObject> overSockJs(StreamServer server, Wish wish) throws Exception {
    return bridged(BridgeClient.sockJs(server.sockets, server.http.port()), server, wish);
  }

  private static Supplier<JsonObject> overTcp(StreamServer server, Wish wish) throws Exception {
    int port = server.tcpBridge(new TcpBridgeConfig("127.0.0.1", 0, 3, Optional.empty()));
    return bridged(BridgeClient.tcp(server.vertx.createNetClient(), port), server, wish);
  }

  private static Supplier<JsonObject> bridged(BridgeClient client, StreamServer server, Wish wish) {
    client.subscribe(members(wish).put("token", server.token()));
    return () -> client.await("event");
  }

  private static Supplier<JsonObject> onTheBus(StreamServer server, Wish wish) throws Exception {
    server.deployBusStreams(new BusConfig(10, 10, 10, Duration.ofSeconds(1)));
    BusApplication application = new BusApplication(server.vertx);
    application.follow(members(wish).put("token", server.token()));
    return () -> application.await("event");
  }

  /**
   * A webhook has no cursor: it tells what comes after it was made, which is then. One of jobs is
   * named by each of them, and a batch is its jobs.
   */
  private Supplier<JsonObject> asWebhook(StreamServer server, Wish wish) throws Exception {
    WebhookFollower follower =
        new WebhookFollower(log::all, TENANT, Cursor.parse(TENANT, wish.cursor()).orElseThrow());
    opened.add(follower);
    Set<String> events = wish.events().isEmpty() ? Set.copyOf(EventTypes.ALL) : wish.events();
    Set<JobId> jobs =
        log.all().stream()
            .filter(event -> isOfJobs(wish, event))
            .map(Event::job)
            .collect(Collectors.toSet());
    if (jobs.isEmpty()) {
      follower.followTenant(events);
    } else {
      follower.followJobs(jobs, events);
    }
    return follower::next;
  }

  private static boolean isOfJobs(Wish wish, Event event) {
    return wish.batch() == null
        ? wish.jobs().contains(event.job().toString())
        : wish.batch().equals(event.batch());
  }

  private static JsonObject members(Wish wish) {
    JsonObject members = new JsonObject().put("cursor", wish.cursor());
    if (!wish.events().isEmpty()) {
      members.put("events", new JsonArray(List.copyOf(wish.events())));
    }
    if (!wish.jobs().isEmpty()) {
      return members.put("jobs", new JsonArray(wish.jobs()));
    }
    return wish.batch() == null
        ? members.put("tenant", true)
        : members.put("batch", wish.batch().toString());
  }

  private static Supplier<JsonObject> asServerSentEvents(StreamServer server, Wish wish)
      throws Exception {
    StringBuilder query = new StringBuilder("cursor=" + wish.cursor());
    wish.jobs().forEach(job -> query.append("&jobs=").append(job));
    wish.events().forEach(event -> query.append("&events=").append(event));
    if (wish.batch() != null) {
      query.append("&batch=").append(wish.batch());
    } else if (wish.jobs().isEmpty()) {
      query.append("&tenant=true");
    }
    EventStreamClient client = server.follow(query.toString());
    return () -> client.await("event").data();
  }
}
