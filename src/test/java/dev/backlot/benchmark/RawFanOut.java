package dev.backlot.benchmark;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The least that sends a text to everybody: a Vert.x server on as many event loops as the service's
 * has, that writes it to each of its sockets, and does nothing else. Prints its port; then reads
 * the text before and the text after the number of a message, a line each, and the first number and
 * the count of messages from every further line, which it answers. Ends with its input.
 */
public final class RawFanOut extends VerticleBase {
  private final int port;
  private final Set<ServerWebSocket> sockets = new LinkedHashSet<>();

  private RawFanOut(int port) {
    this.port = port;
  }

  public static void main(String[] args) throws IOException {
    Vertx vertx = Vertx.vertx();
    int port = freePort();
    List<RawFanOut> loops = new ArrayList<>();
    for (int loop = 0; loop < Runtime.getRuntime().availableProcessors(); loop++) {
      RawFanOut server = new RawFanOut(port);
      Await.result(vertx.deployVerticle(server));
      loops.add(server);
    }
    System.out.println(port);
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String before = orders.readLine();
      String after = orders.readLine();
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        String[] words = line.split(" ");
        int first = Integer.parseInt(words[0]);
        for (int number = first; number < first + Integer.parseInt(words[1]); number++) {
          String text = before + number + after;
          loops.forEach(loop -> loop.send(text));
        }
        System.out.println("sent");
      }
    } finally {
      Await.result(vertx.close());
    }
  }

  @Override
  public Future<?> start() {
    return vertx.createHttpServer().webSocketHandler(this::add).listen(port, "127.0.0.1");
  }

  /** One that all event loops can share: each would take another one for 0. */
  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private void add(ServerWebSocket socket) {
    sockets.add(socket);
    socket.closeHandler(closed -> sockets.remove(socket));
  }

  private void send(String text) {
    Context loop = context;
    loop.runOnContext(begin -> sockets.forEach(socket -> socket.writeTextMessage(text)));
  }
}
