package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlowReaderTest {
  private static final String DATA = "{\"filler\":\"" + "x".repeat(8_000) + "\"}";
  private static final int EVENTS = 4_000;

  /** Of the node's loops, so many that nothing is under way in any of them behind it. */
  private static final int TURNS = 40;

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config(64 << 10, 100));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void a_slow_reader_is_told_where_to_come_back_to_and_closed() throws Exception {
    StreamClient client = paused();
    appendMany();

    client.socket.resume();

    JsonObject resync = client.await("resync");
    assertThat(resync.getString("reason")).isEqualTo("slow-reader");
    assertThat(client.closeCode()).isEqualTo((short) 4409);
    assertThat(position(resync)).as("kept for the slow reader").isLessThan(EVENTS);
  }

  @Test
  void the_cursor_of_a_resync_loses_nothing_and_repeats_nothing() throws Exception {
    StreamClient client = paused();
    appendMany();
    client.socket.resume();
    long last = 0;
    JsonObject message = client.next();
    for (; message.getString("type").equals("event"); message = client.next()) {
      assertThat(position(message)).isEqualTo(++last);
    }
    assertThat(position(message)).isEqualTo(last);

    StreamClient again = server.authenticated();
    again.subscribe("a", message.getString("cursor"));

    while (last < EVENTS) {
      assertThat(position(again.next("event"))).isEqualTo(++last);
    }
    assertThat(again.next().getString("type")).isEqualTo("live");
  }

  @Test
  void who_does_not_even_take_the_goodbye_is_cut_off() throws Exception {
    paused();
    appendMany();
    StreamClient another = server.authenticated();
    another.subscribe("a", null);
    another.next("snapshot");

    server.clock.advance(Duration.ofSeconds(11));

    another.await("heartbeat");
    Waiting.until(() -> server.hubs.sockets() == 1);
    assertThat(another.isOpen()).isTrue();
  }

  @Test
  void a_replay_waits_for_its_reader() throws Exception {
    appendMany();
    StreamClient client = server.authenticated();
    client.socket.pause();
    client.subscribe("a", Cursor.text(TENANT, 0));
    int before = pagesReadWhenStill();

    client.socket.resume();

    for (int n = 1; n <= EVENTS; n++) {
      assertThat(position(client.next("event"))).isEqualTo(n);
    }
    assertThat(client.next().getString("type")).isEqualTo("live");
    assertThat(before).as("pages read for a paused reader").isLessThan(EVENTS / Replay.PAGE);
  }

  @Test
  void a_replay_does_not_wait_for_ever() throws Exception {
    appendMany();
    StreamClient client = server.authenticated();
    client.socket.pause();
    client.subscribe("a", Cursor.text(TENANT, 0));
    int before = pagesReadWhenStill();

    Waiting.until(
        () -> {
          server.clock.advance(Duration.ofSeconds(11));
          return server.hubs.sockets() == 0;
        });

    assertThat(log.replays.get()).as("pages read").isEqualTo(before);
  }

  private StreamClient paused() throws Exception {
    StreamClient client = server.authenticated();
    client.subscribe("a", null);
    client.next("snapshot");
    client.next("live");
    client.socket.pause();
    return client;
  }

  /** Returns when every hub has worked all of them off. */
  private void appendMany() {
    for (int n = 0; n < EVENTS; n++) {
      log.append(TENANT, job(n), JobState.QUEUED, DATA);
    }
    Waiting.until(() -> position() == EVENTS);
    // The tail reads on only after the batch before was worked off.
    log.append(StreamServer.OTHER, job(EVENTS), JobState.QUEUED);
    Waiting.until(() -> position() > EVENTS);
  }

  private long position() {
    return server.hubs.position().orElse(0);
  }

  /**
   * The number of pages, once it has not grown while many others came: each of them takes a turn of
   * the loop that replays, and together they take turns of all that could read for the client.
   */
  private int pagesReadWhenStill() throws Exception {
    int pages = 0;
    for (int others = 0; others < TURNS; others++) {
      server.authenticated().socket.close();
      int now = log.replays.get();
      if (now == 0 || now > pages) {
        others = 0;
      }
      pages = now;
    }
    return pages;
  }

  private static long position(JsonObject message) {
    return Cursor.parse(TENANT, message.getString("cursor")).orElseThrow();
  }
}
