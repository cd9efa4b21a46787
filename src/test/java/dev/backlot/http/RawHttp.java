package dev.backlot.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends bytes that no HTTP client would, and reads what comes back until the server closes. */
public final class RawHttp {
  private static final int MILLIS = 20_000;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private RawHttp() {}

  /**
   * @param lines of the request head, to which {@code Connection: close} is added
   * @return the whole answer; fails when there is none
   */
  public static String send(int port, String... lines) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), MILLIS);
      socket.setSoTimeout(MILLIS);
      String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The status of an answer. */
  public static int status(String answer) {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }
}
