package dev.backlot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.HttpConfig;
import dev.backlot.config.HttpConfig.LargeBodies;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that is told to stop, and the requests that are under way then. */
class HttpStopTest {
  private static final Duration LONGER_THAN_THIS_TEST = Duration.ofSeconds(50);

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<RoutingContext> underWay = new LinkedBlockingQueue<>();

  private record Answer(int status, Map<String, String> headers) {}

  private record Running(String id, int port) {}

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void what_is_under_way_is_answered(HttpVersion version) throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST);
    Future<Answer> answer = get(client(version), server, "/slow");
    RoutingContext request = next();

    Future<Void> stopped = stop(server);
    answer(request);

    assertThat(await(answer).status()).isEqualTo(200);
    await(stopped);
  }

  @Test
  void the_last_answer_of_http_1_says_that_it_is_the_last() throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST);
    Future<Answer> answer = get(client(HttpVersion.HTTP_1_1), server, "/slow");
    RoutingContext request = next();

    stop(server);
    answer(request);

    assertThat(await(answer).headers()).containsEntry("connection", "close");
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void a_connection_that_carries_nothing_is_closed_at_once(HttpVersion version) throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST);
    HttpClient client = client(version);
    await(get(client, server, "/quick"));

    await(stop(server));
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void what_was_sent_without_knowing_of_the_order_is_sent_elsewhere(HttpVersion version)
      throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST, LONGER_THAN_THIS_TEST);
    HttpClient client = client(version);
    await(get(client, server, "/quick"));
    Future<Void> stopped = stop(server);

    Answer late = await(get(client, server, "/quick"));

    assertThat(late.status()).isEqualTo(503);
    // Or its connection may be kept until the last call is over.
    await(client.close());
    await(stopped);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void a_connection_that_carries_nothing_is_closed_after_the_last_call(HttpVersion version)
      throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST, Duration.ofMillis(100));
    HttpClient client = client(version);
    await(get(client, server, "/quick"));

    await(stop(server));
  }

  @Test
  void who_has_just_connected_is_sent_elsewhere() throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST, LONGER_THAN_THIS_TEST);
    NetSocket connected = await(vertx.createNetClient().connect(server.port(), "127.0.0.1"));
    // Connections are accepted in their order: until then the first one may be the kernel's alone.
    HttpClient later = client(HttpVersion.HTTP_1_1);
    await(get(later, server, "/quick"));
    // Or its idle connection, too, is kept until the last call is over.
    await(later.close());
    Future<Void> stopped = stop(server);
    Promise<String> answer = Promise.promise();
    connected.handler(bytes -> answer.tryComplete(bytes.toString()));

    connected.write("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(await(answer.future())).startsWith("HTTP/1.1 503 ");
    await(stopped);
  }

  @Test
  void nobody_is_connected_any_more_while_one_is_waited_for() throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST);
    get(client(HttpVersion.HTTP_1_1), server, "/slow");
    RoutingContext request = next();

    Future<Void> stopped = stop(server);

    Future<Answer> late = get(client(HttpVersion.HTTP_1_1), server, "/quick");
    assertThatThrownBy(() -> await(late)).hasMessageContaining("refused");
    answer(request);
    await(stopped);
  }

  @Test
  void what_comes_on_a_connection_that_is_still_needed_is_sent_elsewhere() throws Exception {
    Running server = start(LONGER_THAN_THIS_TEST);
    HttpClient client = client(HttpVersion.HTTP_2);
    Future<Answer> answer = get(client, server, "/slow");
    RoutingContext request = next();

    Future<Void> stopped = stop(server);
    Answer late = await(get(client, server, "/quick"));
    answer(request);

    assertThat(late.status()).isEqualTo(503);
    assertThat(late.headers()).containsEntry("retry-after", "1");
    assertThat(await(answer).status()).isEqualTo(200);
    await(stopped);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void what_is_never_answered_is_cut_when_the_time_is_over(HttpVersion version) throws Exception {
    Running server = start(Duration.ofMillis(100));
    Future<Answer> answer = get(client(version), server, "/slow");
    next();

    await(stop(server));

    assertThatThrownBy(() -> await(answer)).isNotNull();
  }

  private Running start(Duration drain) throws Exception {
    return start(drain, Duration.ZERO);
  }

  private Running start(Duration drain, Duration lastCall) throws Exception {
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1",
            0,
            Duration.ofSeconds(60),
            drain,
            lastCall,
            1 << 16,
            1 << 13,
            List.of(),
            new LargeBodies(1 << 16, 1 << 16));
    HttpVerticle server = new HttpVerticle(config, () -> List.of(this::mount));
    String id = await(vertx.deployVerticle(server));
    return new Running(id, server.actualPort());
  }

  private void mount(Router router) {
    router.get("/slow").handler(underWay::add);
    router.get("/quick").handler(RoutingContext::end);
  }

  /** Returns when the server has been told, not when it has stopped. */
  private Future<Void> stop(Running server) throws Exception {
    Future<Void> stopped = vertx.undeploy(server.id());
    Promise<Void> refused = Promise.promise();
    probe(server, refused);
    await(refused.future());
    return stopped;
  }

  private void probe(Running server, Promise<Void> refused) {
    vertx
        .createNetClient()
        .connect(server.port(), "127.0.0.1")
        .onSuccess(socket -> socket.close().onComplete(closed -> probe(server, refused)))
        .onFailure(failure -> refused.complete());
  }

  private HttpClient client(HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
  }

  private static Future<Answer> get(HttpClient client, Running server, String path) {
    return client
        .request(HttpMethod.GET, server.port(), "127.0.0.1", path)
        .compose(request -> request.send().compose(HttpStopTest::read));
  }

  private static Future<Answer> read(HttpClientResponse response) {
    return response.body().map((Buffer body) -> answerOf(response));
  }

  private static Answer answerOf(HttpClientResponse response) {
    Map<String, String> headers = new HashMap<>();
    response.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return new Answer(response.statusCode(), headers);
  }

  private RoutingContext next() throws InterruptedException {
    RoutingContext request = underWay.poll(10, TimeUnit.SECONDS);
    assertThat(request).as("a request").isNotNull();
    return request;
  }

  private static void answer(RoutingContext request) {
    request.response().end("done");
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(10, TimeUnit.SECONDS);
  }
}
