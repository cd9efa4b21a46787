package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one HTTP/2 connection may ask for. */
class Http2BoundsTest {
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

  @Test
  void a_hundred_requests_at_once() throws Exception {
    HttpClientResponse answer = get("/nowhere");

    assertThat(answer.request().connection().remoteSettings().getMaxConcurrentStreams())
        .isEqualTo(100);
  }

  @Test
  void a_path_as_long_as_http_1_takes() throws Exception {
    HttpClientResponse answer = get("/nowhere?ids=" + "a".repeat(15_000));

    assertThat(answer.statusCode()).isEqualTo(404);
  }
}
