package dev.backlot.stream;

import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.StreamScope;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that have said in time who they are, to a node that has too much to do to hear it, or to
 * look it up. A crowd that comes back at once makes it so.
 */
class BusyLoopTest {
  private static final Duration TOO_LATE = Duration.ofSeconds(6);

  /** Of the loop: more than the pause between two of its looks at the clock. */
  private static final long A_WHILE = TimeUnit.MILLISECONDS.toNanos(300);

  private final CompletableFuture<Context> loop = new CompletableFuture<>();

  /** Of its own: what a client says must not wait for a loop of the node that is kept busy. */
  private final Vertx clients = Vertx.vertx();

  private final WebSocketClient sockets = StreamClient.client(clients);
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new StreamServer(
            new FakeEventLog(),
            StreamServer.config(),
            List.of(router -> loop.complete(Vertx.currentContext())));
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    server.vertx.close().await(20, TimeUnit.SECONDS);
    clients.close().await(20, TimeUnit.SECONDS);
  }

  private StreamClient connect() throws Exception {
    return StreamClient.connect(sockets, server.http.port());
  }

  @Test
  void what_has_arrived_while_the_loop_was_busy_is_heard_before_its_client_is_sent_away()
      throws Exception {
    StreamClient client = connect();
    CountDownLatch free = new CountDownLatch(1);
    blockWithItsTimersDue(free);
    client.socket.writeTextMessage(auth().encode()).await(20, TimeUnit.SECONDS);
    server.clock.advance(TOO_LATE);

    free.countDown();

    assertThat(client.next().getString("type")).isEqualTo("ready");
  }

  @Test
  void who_is_being_looked_up_is_not_sent_away() throws Exception {
    StreamClient silent = connect();
    Promise<Void> gate = Promise.promise();
    server.grants.gate = gate.future();
    StreamClient client = connect();
    client.send(auth());
    Waiting.until(() -> server.grants.lookUps.get() == 1);

    lookAtTheClockTwice(silent);
    open(gate);

    assertThat(client.next().getString("type")).isEqualTo("ready");
  }

  @Test
  void who_was_looked_up_for_long_and_is_nobody_is_told_so() throws Exception {
    StreamClient silent = connect();
    Promise<Void> gate = Promise.promise();
    server.grants.gate = gate.future();
    StreamClient client = connect();
    client.send(auth().put("token", "bst_nobody000000_secret"));
    Waiting.until(() -> server.grants.lookUps.get() == 1);

    lookAtTheClockTwice(silent);
    open(gate);

    assertThat(client.next("error").getString("detail")).contains("not valid");
    assertThat(client.closeCode()).isEqualTo((short) 4401);
  }

  @Test
  void nor_is_a_program_whose_first_command_is_at_work() throws Exception {
    StreamClient silent = connect();
    BridgeClient client = BridgeClient.sockJs(sockets, server.http.port());
    Promise<Void> gate = Promise.promise();
    server.grants.gate = gate.future();
    CompletableFuture<JsonObject> asked =
        client.start(
            "backlot.stream.subscribe.v1",
            new JsonObject().put("token", token()).put("tenant", true));
    Waiting.until(() -> server.grants.lookUps.get() == 1);

    lookAtTheClockTwice(silent);
    open(gate);

    JsonObject reply = client.answer(asked).getJsonObject("body");
    assertThat(reply.getBoolean("ok")).as(reply.encode()).isTrue();
  }

  /** Answers come on the loop that has asked. */
  private void open(Promise<Void> gate) throws Exception {
    loop.get(20, TimeUnit.SECONDS).runOnContext(answered -> gate.complete());
  }

  /**
   * @param silent one that says nothing, and is there since before: it goes at the second look
   */
  private void lookAtTheClockTwice(StreamClient silent) {
    server.clock.advance(TOO_LATE);
    assertThat(silent.closeCode()).isEqualTo((short) 4408);
  }

  /**
   * Keeps the loop from reading until it is free, and has the look at the clock due behind that: a
   * loop that was busy runs all timers that have become due before it reads again.
   */
  private void blockWithItsTimersDue(CountDownLatch free) throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    loop.get(20, TimeUnit.SECONDS)
        .runOnContext(
            busy -> {
              server.vertx.setTimer(1, due -> block(blocked, free));
              long end = System.nanoTime() + A_WHILE;
              while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
              }
            });
    assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private static void block(CountDownLatch blocked, CountDownLatch free) {
    blocked.countDown();
    try {
      assertThat(free.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonObject auth() {
    return new JsonObject().put("type", "auth").put("token", token());
  }

  private String token() {
    return server.grants.token(
        TENANT, new StreamScope.WholeTenant(), server.clock.instant().plusSeconds(3_600));
  }
}
