package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come and go while a writer never stops. */
class ResumeRaceTest {
  private static final int JOBS = 8;

  private final FakeEventLog log = new FakeEventLog();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final Thread writer = new Thread(this::write);
  private @Nullable StreamServer server;

  @AfterEach
  void end() throws Exception {
    stop.set(true);
    writer.join();
    if (server != null) {
      server.close();
    }
  }

  /**
   * With few events in memory every resume reads the database and then meets the live feed; with
   * many it never does.
   */
  @ParameterizedTest
  @ValueSource(ints = {100, 1_000_000})
  void a_client_that_keeps_coming_back_gets_every_event_once_in_order(int recentEvents)
      throws Exception {
    StreamServer node = start(recentEvents);
    StreamClient client = node.authenticated();
    client.subscribe("a", null);
    JsonObject snapshot = client.next("snapshot");
    String cursor = snapshot.getString("cursor");
    long from = position(cursor);
    List<Long> seen = new ArrayList<>();

    for (int visit = 0; visit < 40; visit++) {
      for (int n = 0; n < 150; n++) {
        JsonObject message = client.next();
        if (message.getString("type").equals("event")) {
          cursor = message.getString("cursor");
          seen.add(position(cursor));
        }
      }
      client.socket.close();
      client = node.authenticated();
      client.subscribe("a", cursor);
    }

    assertThat(seen).isEqualTo(ofTenant(from, seen.get(seen.size() - 1), null));
  }

  @Test
  void watches_that_join_a_busy_socket_get_each_event_once_after_their_snapshot() throws Exception {
    StreamServer node = start(100);
    StreamClient client = node.authenticated();
    List<JsonObject> received = new ArrayList<>();
    for (int n = 0; n < JOBS; n++) {
      client.subscribe("job" + n, null, job(n));
      readUpToSnapshot(client, received, "job" + n);
      for (int m = 0; m < 60; m++) {
        received.add(client.next());
      }
    }

    for (int n = 0; n < JOBS; n++) {
      JobId id = job(n);
      long from = snapshotPosition(received, "job" + n);
      List<Long> seen = events(received, id);
      assertThat(seen).isEqualTo(ofTenant(from, seen.get(seen.size() - 1), id));
    }
  }

  @Test
  void a_reader_of_sent_events_that_keeps_coming_back_gets_every_event_once_in_order()
      throws Exception {
    StreamServer node = start(100);
    EventStreamClient client = node.follow("tenant=true");
    client.next("ready");
    long from = client.next("snapshot").position();
    long last = from;
    List<Long> seen = new ArrayList<>();

    for (int visit = 0; visit < 40; visit++) {
      for (int n = 0; n < 150; n++) {
        EventStreamClient.Sent message = client.next();
        if (message.type().equals("event")) {
          last = message.position();
          seen.add(last);
        }
      }
      client.leave();
      client = node.follow("tenant=true&cursor=" + Cursor.text(TENANT, last));
    }

    assertThat(seen).isEqualTo(ofTenant(from, last, null));
  }

  /** Else a page that shows what comes would show what has been. */
  @Test
  void no_snapshot_is_older_than_an_event_before_it_and_no_event_comes_twice() throws Exception {
    StreamServer node = start(100);
    StreamClient client = node.authenticated();
    client.subscribe("all", null);
    List<Long> seen = new ArrayList<>();
    long newest = 0;
    for (int visit = 0; visit < 40; visit++) {
      client.subscribe("job" + visit, null, job(visit % JOBS));
      boolean live = false;
      for (int behind = 0; behind < 10; behind += live ? 1 : 0) {
        JsonObject message = client.next();
        live |=
            message.getString("id", "").equals("job" + visit)
                && message.getString("type").equals("live");
        if (message.getString("type").equals("event")) {
          newest = position(message.getString("cursor"));
          seen.add(newest);
        } else if (message.getString("type").equals("snapshot")) {
          assertThat(position(message.getString("cursor"))).isGreaterThanOrEqualTo(newest);
        }
      }
    }

    assertThat(seen).hasSizeGreaterThan(100).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void a_snapshot_is_exactly_what_the_events_up_to_its_cursor_have_made() throws Exception {
    StreamServer node = start(100);

    for (int visit = 0; visit < 50; visit++) {
      StreamClient client = node.authenticated();
      client.subscribe("a", null, job(0));
      int version =
          client.next("snapshot").getJsonArray("jobs").getJsonObject(0).getInteger("version");
      assertThat(client.await("event").getInteger("version")).isEqualTo(version + 1);
      client.socket.close();
    }
  }

  private StreamServer start(int recentEvents) throws Exception {
    for (int n = 0; n < JOBS; n++) {
      log.append(TENANT, job(n), JobState.QUEUED);
    }
    StreamServer node = new StreamServer(log, StreamServer.config(1 << 20, recentEvents));
    server = node;
    writer.start();
    return node;
  }

  private void write() {
    Random random = new Random(1);
    while (!stop.get()) {
      boolean ours = random.nextInt(10) < 9;
      int n = random.nextInt(JOBS);
      long position =
          log.append(ours ? TENANT : OTHER, job(ours ? n : 100 + n), JobState.RUNNING).position();
      if (server != null && random.nextInt(5) == 0) {
        server.wake(position);
      }
      LockSupport.parkNanos(random.nextInt(200_000));
    }
  }

  private List<Long> ofTenant(long after, long upTo, @Nullable JobId job) {
    return log.all().stream()
        .filter(event -> event.position() > after)
        .filter(event -> event.tenant().equals(TENANT))
        .filter(event -> job == null || event.job().equals(job))
        .map(event -> event.position())
        .filter(position -> position <= upTo)
        .toList();
  }

  private static List<Long> events(List<JsonObject> messages, JobId job) {
    return messages.stream()
        .filter(message -> job.toString().equals(message.getString("job_id")))
        .map(message -> position(message.getString("cursor")))
        .toList();
  }

  /** Events of the others come before it, and nobody knows how many. */
  private static void readUpToSnapshot(StreamClient client, List<JsonObject> received, String id) {
    JsonObject message = client.next();
    received.add(message);
    while (!message.getString("type").equals("snapshot") || !id.equals(message.getString("id"))) {
      message = client.next();
      received.add(message);
    }
  }

  private static long snapshotPosition(List<JsonObject> messages, String id) {
    return messages.stream()
        .filter(message -> message.getString("type").equals("snapshot"))
        .filter(message -> message.getString("id").equals(id))
        .map(message -> position(message.getString("cursor")))
        .findFirst()
        .orElseThrow();
  }

  private static long position(String cursor) {
    return Cursor.parse(TENANT, cursor).orElseThrow();
  }
}
