package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<JsonObject> subscribed = new LinkedBlockingQueue<>();
  private Follower follower;
  private Thread thread;

  @BeforeEach
  void start() throws Exception {
    HttpServer node =
        vertx
            .createHttpServer()
            .webSocketHandler(this::converse)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
    URI address = URI.create("http://127.0.0.1:" + node.actualPort());
    follower = new Follower(List.of(address), "key", 1);
    thread = new Thread(follower);
    thread.start();
  }

  @AfterEach
  void stop() throws Exception {
    follower.stop();
    thread.interrupt();
    thread.join(20_000);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  /** Each connection ends with a heartbeat without a cursor. */
  private void converse(ServerWebSocket socket) {
    socket.textMessageHandler(
        text -> {
          JsonObject said = new JsonObject(text);
          if (said.getString("type").equals("auth")) {
            socket.writeTextMessage(new JsonObject().put("type", "ready").encode());
            return;
          }
          subscribed.add(said);
          socket.writeTextMessage(
              new JsonObject().put("type", "snapshot").put("cursor", "c1").encode());
          socket.writeTextMessage(
              new JsonObject().put("type", "heartbeat").putNull("cursor").encode());
          socket.close();
        });
  }

  @Test
  void a_heartbeat_without_a_cursor_takes_away_none() throws Exception {
    assertThat(subscribed.poll(30, TimeUnit.SECONDS).containsKey("cursor")).isFalse();

    assertThat(subscribed.poll(30, TimeUnit.SECONDS).getString("cursor")).isEqualTo("c1");
    assertThat(follower.isFollowing()).isTrue();
  }
}
