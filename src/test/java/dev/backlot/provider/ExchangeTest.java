package dev.backlot.provider;

import static dev.backlot.provider.KlingFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request whose deadline is shorter than its wait for a connection. */
class ExchangeTest {
  private static final Duration SOON = Duration.ofMillis(50);

  private KlingFixture kling;
  private HttpClient oneConnection;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
    oneConnection =
        kling.vertx.httpClientBuilder().with(new PoolOptions().setHttp1MaxSize(1)).build();
  }

  @AfterEach
  void stop() throws Exception {
    kling.close();
  }

  @Test
  void what_was_answered_as_never_sent_is_not_sent_once_a_connection_is_free() throws Exception {
    HttpClientRequest holding = get(oneConnection.request(create()));
    Reply reply =
        get(
            kling.onLoop(
                () -> exchange().run(oneConnection, create(), Deadline.in(kling.vertx, SOON))));
    assertThat(reply).isInstanceOf(Reply.NotWritten.class);
    Future<?> next =
        oneConnection
            .request(create())
            .compose(request -> request.send("{\"external_task_id\":\"next\"}"));

    holding.reset();

    get(next);
    assertThat(kling.stub.seen())
        .extracting(KlingStub.Seen::body)
        .containsExactly("{\"external_task_id\":\"next\"}");
  }

  private Exchange exchange() {
    return new Exchange(
        kling.vertx,
        RequestBody.of("{\"external_task_id\":\"late\"}"),
        KlingConfigs.ANSWER_SIZE,
        Duration.ZERO,
        () -> true,
        late -> {},
        KlingPayloads::reply);
  }

  private RequestOptions create() {
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setAbsoluteURI(kling.stub.address() + KlingFixture.PATH);
  }
}
