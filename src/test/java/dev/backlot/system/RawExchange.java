package dev.backlot.system;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One request as bytes, whatever they are, on a connection of its own, and what came back. */
final class RawExchange {
  private static final int MILLIS = 60_000;

  private RawExchange() {}

  /**
   * @param status 0 when the connection was closed without an answer
   */
  record Answer(int status, List<String> head, String body) {
    Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .findFirst();
    }

    JsonObject json() {
      return new JsonObject(body);
    }
  }

  /**
   * @param head lines without line ends
   * @param cut whether the sending side is closed behind the body
   */
  static Answer send(int port, List<String> head, byte[] body, boolean cut) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MILLIS);
      socket.setSoTimeout(MILLIS);
      Thread sender = new Thread(() -> write(socket, head, body, cut));
      sender.start();
      byte[] answer = read(socket.getInputStream());
      socket.close();
      sender.join();
      return parse(answer);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private static void write(Socket socket, List<String> head, byte[] body, boolean cut) {
    try {
      String text = String.join("\r\n", head) + "\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(body);
      if (cut) {
        socket.shutdownOutput();
      }
    } catch (IOException answeredBefore) {
      // The answer tells.
    }
  }

  private static byte[] read(InputStream in) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        read.write(buffer, 0, n);
      }
    } catch (IOException reset) {
      // What came before it counts.
    }
    return read.toByteArray();
  }

  private static Answer parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Answer(0, List.of(), "");
    }
    List<String> head = text.substring(0, end).lines().toList();
    String body =
        new String(
            text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(head.get(0).split(" ", 3)[1]), head, body);
  }
}
