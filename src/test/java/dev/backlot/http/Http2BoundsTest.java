package dev.backlot.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one HTTP/2 connection may ask for. */
class Http2BoundsTest {
  private static final byte SETTINGS = 4;
  private static final int MAX_CONCURRENT_STREAMS = 3;

  private final Vertx vertx = Vertx.vertx();
  private TestServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(vertx, checks -> List.of());
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private HttpClientResponse get(String path) throws Exception {
    Future<HttpClientResponse> answer =
        client
            .request(HttpMethod.GET, server.port(), "127.0.0.1", path)
            .compose(request -> request.send());
    return answer.await(20, TimeUnit.SECONDS);
  }

  /** A client believes in a hundred until it is told, so what the server says is read raw. */
  @Test
  void a_hundred_requests_at_once() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      socket.getOutputStream().write(new byte[] {0, 0, 0, SETTINGS, 0, 0, 0, 0, 0});

      assertThat(settings(new DataInputStream(socket.getInputStream())))
          .containsEntry(MAX_CONCURRENT_STREAMS, 100);
    }
  }

  /** Of the first frame (RFC 9113, sections 4.1 and 6.5). */
  private static Map<Integer, Integer> settings(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    assertThat(in.readByte()).as("type of the first frame").isEqualTo(SETTINGS);
    in.skipNBytes(5);
    Map<Integer, Integer> settings = new HashMap<>();
    for (int read = 0; read < length; read += 6) {
      settings.put(in.readUnsignedShort(), in.readInt());
    }
    return settings;
  }

  @Test
  void a_path_as_long_as_http_1_takes() throws Exception {
    HttpClientResponse answer = get("/nowhere?ids=" + "a".repeat(15_000));

    assertThat(answer.statusCode()).isEqualTo(404);
  }
}
