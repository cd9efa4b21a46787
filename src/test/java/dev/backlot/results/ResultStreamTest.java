package dev.backlot.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.http.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that stall, break and fill up, seen from both ends. */
class ResultStreamTest {
  private static final Buffer CHUNK = Buffer.buffer(new byte[64 * 1024]);
  private static final int CHUNKS = 4096;
  private static final long LARGE = (long) CHUNKS * CHUNK.length();

  /** More than the sockets of both connections may hold, far less than the file. */
  private static final long BUFFERED_MAX = 64L << 20;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private Origin origin;
  private ResultServer server;

  @BeforeEach
  void start() throws TimeoutException {
    origin = Origin.start(vertx);
    server = ResultServer.start(vertx, TestResults.config().build());
    server.job.succeededWith(origin.url());
  }

  @AfterEach
  void stop() throws TimeoutException {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_player_that_stops_reading_stops_the_provider_too() throws TimeoutException {
    restart(TestResults.config().idle(Duration.ofSeconds(1)));
    LargeFile file = new LargeFile();
    origin.answer(file::serve);

    HttpClientResponse player = await(open());

    await(file.brokenOff.future());
    assertThat(file.sent.get()).isPositive().isLessThan(BUFFERED_MAX);
    player.request().reset();
  }

  @Test
  void a_player_that_reads_on_gets_everything() throws TimeoutException {
    LargeFile file = new LargeFile();
    origin.answer(file::serve);

    HttpClientResponse player = await(open());
    await(file.heldBack.future());
    AtomicLong received = new AtomicLong();
    Future<Void> whole = player.end();
    player.handler(bytes -> received.addAndGet(bytes.length())).resume();
    await(whole);

    assertThat(received).hasValue(LARGE);
  }

  @Test
  void a_player_that_leaves_cancels_the_fetch() throws TimeoutException {
    LargeFile file = new LargeFile();
    origin.answer(file::serve);
    HttpClientResponse player = await(open());

    player.request().reset();

    await(file.brokenOff.future());
    assertThat(file.sent.get()).isLessThan(BUFFERED_MAX);
  }

  @Test
  void a_player_that_leaves_before_the_headers_cancels_the_fetch() throws TimeoutException {
    Promise<Void> asked = Promise.promise();
    Promise<Void> brokenOff = Promise.promise();
    origin.answer(
        request -> {
          request.response().closeHandler(brokenOff::tryComplete);
          asked.complete();
        });
    HttpClientRequest request = await(client.request(options()));
    request.send();
    await(asked.future());

    request.reset();

    await(brokenOff.future());
    assertThat(asked.future().succeeded()).isTrue();
  }

  @Test
  void a_provider_that_falls_silent_is_broken_off() throws TimeoutException {
    restart(TestResults.config().idle(Duration.ofMillis(200)));
    origin.answer(r -> r.response().putHeader("Content-Length", "10").write("01234"));

    assertBroken();
  }

  @Test
  void a_provider_that_breaks_off_breaks_the_answer() throws TimeoutException {
    origin.answer(
        r ->
            r.response()
                .putHeader("Content-Length", "10")
                .write("01234")
                .onSuccess(sent -> r.connection().close()));

    assertBroken();
  }

  @Test
  void a_file_that_outgrows_the_bound_breaks_the_answer() throws TimeoutException {
    restart(TestResults.config().size(1 << 20));
    origin.answer(
        r -> {
          r.response().setChunked(true);
          for (int i = 0; i < 20; i++) {
            r.response().write(CHUNK);
          }
          r.response().end();
        });

    assertBroken();
  }

  @Test
  void a_stream_without_end_is_broken_off() throws TimeoutException {
    restart(TestResults.config().transfer(Duration.ofMillis(500)));
    origin.answer(
        r -> {
          r.response().setChunked(true).write("0");
          vertx.setPeriodic(20, tick -> r.response().write("0"));
        });

    assertBroken();
  }

  @Test
  void one_tenant_cannot_take_more_than_its_streams() throws TimeoutException {
    restart(TestResults.config().perTenant(1));
    origin.answer(r -> r.response().putHeader("Content-Length", "10").write("01234"));
    HttpClientResponse first = await(open());

    HttpResponse<Buffer> second = server.get();

    assertThat(second.statusCode()).isEqualTo(503);
    assertThat(second.getHeader("Retry-After")).isNotBlank();
    first.request().reset();
  }

  @Test
  void a_stream_that_is_over_makes_room() throws TimeoutException {
    restart(TestResults.config().perTenant(1));
    server.get();
    awaitNoStream();
    server.get("Range", "bytes=99-");
    awaitNoStream();
    server.head();
    awaitNoStream();

    assertThat(server.get().statusCode()).isEqualTo(200);
  }

  @Test
  void the_connection_to_the_provider_is_kept_for_the_next_file() {
    server.get();
    server.get();

    assertThat(origin.requests).extracting(r -> r.remoteAddress().port()).hasSize(2);
    assertThat(origin.requests.get(0).remoteAddress().port())
        .isEqualTo(origin.requests.get(1).remoteAddress().port());
  }

  private void restart(TestResults config) throws TimeoutException {
    server.close();
    server = ResultServer.start(vertx, config.build());
    server.job.succeededWith(origin.url());
  }

  /** A stream is given back when its last byte is out, which the player may see a moment before. */
  private void awaitNoStream() throws TimeoutException {
    Promise<Void> none = Promise.promise();
    long timer =
        vertx.setPeriodic(
            1,
            tick -> {
              if (server.streams.open() == 0) {
                none.tryComplete();
              }
            });
    await(none.future());
    vertx.cancelTimer(timer);
  }

  private void assertBroken() {
    AtomicInteger status = new AtomicInteger();
    // Asked for the body at once: an end that comes before the question is not told again.
    Future<Buffer> body =
        client
            .request(options())
            .compose(
                request ->
                    request
                        .send()
                        .onSuccess(answer -> status.set(answer.statusCode()))
                        .compose(HttpClientResponse::body));

    assertThatThrownBy(() -> await(body))
        .isNotInstanceOf(TimeoutException.class)
        .hasMessageContaining("closed");
    assertThat(status).hasValue(200);
  }

  private Future<HttpClientResponse> open() {
    return client
        .request(options())
        // Paused where it comes in: what passes before somebody listens is gone.
        .compose(
            request -> request.send().map(answer -> answer.exceptionHandler(broken -> {}).pause()));
  }

  private RequestOptions options() {
    return new RequestOptions()
        .setMethod(HttpMethod.GET)
        .setHost("127.0.0.1")
        .setPort(server.http.port())
        .setURI(ResultServer.PATH)
        .putHeader("Authorization", "Bearer " + TestServer.KEY);
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(60, TimeUnit.SECONDS);
  }

  /** A large file, sent only as fast as the reader takes it. */
  private static final class LargeFile {
    final AtomicLong sent = new AtomicLong();
    final Promise<Void> heldBack = Promise.promise();
    final Promise<Void> brokenOff = Promise.promise();

    void serve(HttpServerRequest request) {
      HttpServerResponse response = request.response();
      response
          .putHeader("Content-Length", String.valueOf(LARGE))
          .closeHandler(brokenOff::tryComplete)
          .exceptionHandler(broken -> brokenOff.tryComplete());
      write(response);
    }

    private void write(HttpServerResponse response) {
      if (response.ended()) {
        return;
      }
      while (sent.get() < LARGE && !response.writeQueueFull()) {
        response.write(CHUNK);
        sent.addAndGet(CHUNK.length());
      }
      if (sent.get() == LARGE) {
        response.end();
        return;
      }
      heldBack.tryComplete();
      response.drainHandler(drained -> write(response));
    }
  }
}
