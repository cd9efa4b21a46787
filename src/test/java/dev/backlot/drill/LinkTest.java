package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Before a server that sends everything back. */
class LinkTest {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int SILENCE_MILLIS = 300;

  private final Vertx vertx = Vertx.vertx();
  private Link link;

  @BeforeEach
  void open() throws Exception {
    NetServer echo =
        vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write));
    echo.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    link = Link.to(vertx, echo.actualPort());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void what_is_sent_goes_through_both_ways() throws Exception {
    try (Socket socket = connect()) {
      assertThat(echoOf(7, socket)).isEqualTo(7);
    }
  }

  @Test
  void a_cut_link_is_silent_and_refuses_nobody() throws Exception {
    try (Socket before = connect()) {
      assertThat(echoOf(1, before)).isEqualTo(1);

      link.cut();

      before.setSoTimeout(SILENCE_MILLIS);
      assertThatThrownBy(() -> echoOf(2, before)).isInstanceOf(SocketTimeoutException.class);
      try (Socket during = connect()) {
        during.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> echoOf(3, during)).isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @Test
  void a_mended_link_ends_the_old_connections_and_takes_new_ones() throws Exception {
    try (Socket before = connect()) {
      assertThat(echoOf(1, before)).isEqualTo(1);
      link.cut();

      link.mend();

      assertThat(before.getInputStream().read()).as("end of the stream").isEqualTo(-1);
    }
    try (Socket after = connect()) {
      assertThat(echoOf(4, after)).isEqualTo(4);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static int echoOf(int sent, Socket socket) throws IOException {
    socket.getOutputStream().write(sent);
    return socket.getInputStream().read();
  }
}
