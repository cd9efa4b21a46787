package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlCredentialsTest {
  private final Vertx vertx = Vertx.vertx();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    Routes call = router -> router.get("/call").handler(ctx -> ctx.end("called"));
    server = TestServer.start(vertx, checks -> List.of(new UrlCredentials(), call));
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?token=c4nary",
        "?access_token=c4nary",
        "?ACCESS_TOKEN=c4nary",
        "?a=b&api_key=c4nary",
        "?token",
        "?q=bst_0123456789ab_c4nary",
        "?q=Bearer+blk_0123456789ab_c4nary",
        "?q=%62st_0123456789ab_c4nary",
      })
  void a_credential_in_the_address_is_refused_and_not_repeated(String query) {
    HttpResponse<Buffer> answer = server.get("/call" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsString()).contains("Authorization: Bearer").doesNotContain("c4nary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "?link=AAAA", "?cursor=aGJsa19ic3Rf", "?tokens=2", "?q=a_bst_b"})
  void anything_else_passes(String query) {
    assertThat(server.get("/call" + query).bodyAsString()).isEqualTo("called");
  }
}
