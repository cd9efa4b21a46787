package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.TestServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFilesTest {
  private static final String MODULE = "/client/backlot.js";
  private static final List<String> NODES = List.of("http://localhost:1", "http://localhost:2");

  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new StreamServer(
            new FakeEventLog(),
            StreamServer.config(),
            List.of(new PageRoutes(PageRoutes.Files.load(), NODES)));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    MODULE + ",text/javascript; charset=utf-8,export class BacklotStream",
    "/client/backlot.d.ts,text/plain; charset=utf-8,export class BacklotStream"
  })
  void the_client_and_its_types_are_served(String path, String type, String content) {
    HttpResponse<Buffer> answer = TestServer.await(get(path));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.getHeader("Content-Type")).isEqualTo(type);
    assertThat(answer.bodyAsString()).contains(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://shop.example", "http://localhost:1", "null"})
  void pages_of_every_origin_may_import_it(String origin) {
    HttpResponse<Buffer> answer = TestServer.await(get(MODULE).putHeader("Origin", origin));

    assertThat(answer.headers().getAll("Access-Control-Allow-Origin")).containsExactly("*");
    assertThat(answer.getHeader("Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
  }

  @Test
  void whoever_has_it_is_not_sent_it_again() {
    HttpResponse<Buffer> first = TestServer.await(get(MODULE));

    HttpResponse<Buffer> second =
        TestServer.await(get(MODULE).putHeader("If-None-Match", first.getHeader("ETag")));

    assertThat(first.getHeader("Cache-Control")).startsWith("public, max-age=");
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.getHeader("ETag")).isEqualTo(first.getHeader("ETag"));
    assertThat(second.getHeader("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(second.body()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/client/", "/client/core.js", "/client/../index.html"})
  void nothing_else_is_served(String path) {
    assertThat(TestServer.await(get(path)).statusCode()).isEqualTo(404);
  }

  private HttpRequest<Buffer> get(String path) {
    return server.http.client().request(HttpMethod.GET, path);
  }
}
