package dev.backlot.webhook;

import static dev.backlot.webhook.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.http.HostResolver;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Receivers that mean no good: the send ends in time, and nothing of theirs is kept or followed.
 */
class HostileReceiverTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));

  /** Of those that are given up. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** Of those that answer in their way: no machine is so slow. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void one_that_never_answers_is_given_up_in_time() throws Exception {
    assertThat(hastily(Receiver.start(vertx, Receiver.silence()).url()).kind())
        .isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @Test
  void one_that_takes_the_connection_and_says_nothing_is_given_up_in_time() throws Exception {
    assertThat(hastily(url(raw(socket -> {}))).kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @Test
  void one_that_closes_at_once_has_failed() throws Exception {
    assertThat(sendTo(raw(NetSocket::close)).kind()).isEqualTo(Outcome.Kind.BAD_ANSWER);
  }

  @Test
  void one_that_speaks_no_http_has_failed() throws Exception {
    NetServer server = raw(socket -> socket.write("SSH-2.0-OpenSSH_9.7\r\n\r\n"));

    assertThat(sendTo(server).kind()).isEqualTo(Outcome.Kind.BAD_ANSWER);
  }

  @Test
  void one_that_listens_no_more_has_failed() throws Exception {
    Receiver receiver = Receiver.start(vertx);
    receiver.close();

    assertThat(send(receiver.url()).kind()).isEqualTo(Outcome.Kind.NO_CONNECTION);
  }

  @Test
  void a_head_of_ten_thousand_headers_is_not_read() throws Exception {
    Receiver receiver =
        Receiver.start(
            vertx,
            request -> {
              for (int i = 0; i < 10_000; i++) {
                request.response().putHeader("X-" + i, "v");
              }
              request.response().end();
            });

    assertThat(sendTo(receiver).kind()).isEqualTo(Outcome.Kind.BAD_ANSWER);
  }

  @Test
  void a_body_without_an_end_is_broken_off() throws Exception {
    AtomicLong written = new AtomicLong();
    Receiver receiver = Receiver.start(vertx, request -> pour(request.response(), written));

    Outcome outcome = sendTo(receiver);

    assertThat(outcome.isDelivered()).isTrue();
    assertThat(written.get()).isLessThan(64L << 20);
  }

  @Test
  void a_body_that_drips_does_not_keep_the_send_waiting() throws Exception {
    Receiver receiver =
        Receiver.start(
            vertx,
            request -> {
              request.response().setChunked(true).write("a");
              vertx.setPeriodic(100, tick -> request.response().write("a"));
            });
    long start = System.nanoTime();

    assertThat(sendTo(receiver).isDelivered()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    Receiver inside = Receiver.start(vertx);
    Receiver receiver = Receiver.start(vertx, status(307, "Location", inside.url()));

    assertThat(sendTo(receiver)).isEqualTo(Outcome.of(307, null));
    assertThat(inside.count()).isZero();
  }

  @Test
  void many_that_fail_leave_the_sender_as_good_as_new() throws Exception {
    Receiver receiver = Receiver.start(vertx);
    HttpSender sender = sender(patient(), HostResolver.system(vertx));
    AtomicInteger turn = new AtomicInteger();
    receiver.answer(
        request -> {
          if (turn.incrementAndGet() % 2 == 0) {
            request.connection().close();
          } else {
            request.response().setStatusCode(500).end("no");
          }
        });
    for (int i = 0; i < 50; i++) {
      assertThat(send(sender, receiver.url()).isDelivered()).isFalse();
    }
    receiver.answer(status(204));

    assertThat(send(sender, receiver.url()).isDelivered()).isTrue();
  }

  @Test
  void a_name_that_changes_its_mind_is_not_followed_inside() throws Exception {
    Receiver inside = Receiver.start(vertx);
    Queue<String> answers = new ArrayDeque<>(List.of("203.0.113.7", "127.0.0.1"));
    HttpSender sender = sender(patient().onlyPublic(), host -> addresses(answers.remove()));
    String url = "https://hooks.example.com:" + inside.port() + "/";

    assertThat(send(sender, url).kind()).isEqualTo(Outcome.Kind.FORBIDDEN_ADDRESS);
    assertThat(send(sender, url).kind()).isEqualTo(Outcome.Kind.FORBIDDEN_ADDRESS);
    assertThat(inside.count()).isZero();
  }

  @Test
  void a_name_is_asked_for_once_and_the_connection_goes_where_it_was_said() throws Exception {
    Receiver receiver = Receiver.start(vertx);
    AtomicInteger asked = new AtomicInteger();
    HttpSender sender =
        sender(
            patient(),
            host -> {
              asked.incrementAndGet();
              return addresses("127.0.0.1");
            });

    assertThat(send(sender, receiver.url("name.that.nobody.has.example")).isDelivered()).isTrue();
    assertThat(asked).hasValue(1);
    assertThat(receiver.next().headers().get("Host"))
        .isEqualTo("name.that.nobody.has.example:" + receiver.port());
  }

  /** Connections are kept, and each belongs to an address, not to a name. */
  @Test
  void a_name_that_has_moved_is_not_served_by_a_connection_to_where_it_was() throws Exception {
    Receiver before = Receiver.start(vertx);
    AtomicInteger moved = new AtomicInteger();
    vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              moved.incrementAndGet();
              request.response().setStatusCode(204).end();
            })
        .listen(before.port(), "127.0.0.2")
        .await(20, TimeUnit.SECONDS);
    Queue<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
    HttpSender sender = sender(patient(), host -> addresses(answers.remove()));
    String url = before.url("hooks.example.com");

    assertThat(send(sender, url).isDelivered()).isTrue();
    assertThat(send(sender, url).isDelivered()).isTrue();

    assertThat(before.count()).isOne();
    assertThat(moved).hasValue(1);
  }

  @Test
  void a_look_up_that_hangs_is_given_up_in_time() throws Exception {
    HttpSender sender =
        sender(
            TestWebhooks.config().timeout(TIMEOUT),
            host -> Promise.<List<InetAddress>>promise().future());

    assertThat(send(sender, "http://slow.example/").kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @Test
  void a_look_up_whose_turn_does_not_come_is_no_try() throws Exception {
    HttpSender sender =
        sender(
            TestWebhooks.config().timeout(TIMEOUT),
            host -> Promise.<List<InetAddress>>promise().future());
    Future<Outcome> first = sending(sender, "http://slow.example/");

    assertThat(send(sender, "http://other.example/").kind()).isEqualTo(Outcome.Kind.NOT_BEGUN);
    assertThat(first.await(20, TimeUnit.SECONDS).kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  private void pour(HttpServerResponse response, AtomicLong written) {
    response.setChunked(true);
    response.exceptionHandler(broken -> {});
    Buffer part = Buffer.buffer(new byte[64 << 10]);
    Handler<Void> more =
        drained -> {
          while (!response.writeQueueFull() && !response.closed()) {
            response.write(part);
            written.addAndGet(part.length());
          }
        };
    response.drainHandler(more);
    more.handle(null);
  }

  private NetServer raw(Handler<NetSocket> behaviour) throws TimeoutException {
    return vertx
        .createNetServer()
        .connectHandler(
            socket -> {
              socket.exceptionHandler(broken -> {});
              socket.handler(asked -> behaviour.handle(socket));
            })
        .listen(0, "127.0.0.1")
        .await(20, TimeUnit.SECONDS);
  }

  private Outcome sendTo(Receiver receiver) throws TimeoutException {
    return send(receiver.url());
  }

  private Outcome sendTo(NetServer server) throws TimeoutException {
    return send(url(server));
  }

  private static String url(NetServer server) {
    return "http://127.0.0.1:" + server.actualPort() + "/";
  }

  private Outcome send(String url) throws TimeoutException {
    return send(sender(patient(), HostResolver.system(vertx)), url);
  }

  private Outcome hastily(String url) throws TimeoutException {
    return send(sender(TestWebhooks.config().timeout(TIMEOUT), HostResolver.system(vertx)), url);
  }

  private static TestWebhooks patient() {
    return TestWebhooks.config().timeout(PATIENCE);
  }

  private Outcome send(HttpSender sender, String url) throws TimeoutException {
    return sending(sender, url).await(20, TimeUnit.SECONDS);
  }

  private Future<Outcome> sending(HttpSender sender, String url) {
    return vertx
        .timer(1)
        .compose(onLoop -> sender.send(TENANT, url, Map.of("webhook-id", "evt_1"), "{}"));
  }

  private HttpSender sender(TestWebhooks settings, HostResolver resolver) {
    var config = settings.build();
    return new HttpSender(
        vertx,
        config,
        new TargetGuard(config, new SharedLookUps(resolver, 10, 1)),
        new HttpClientOptions(),
        InstantSource.system());
  }

  private static Future<List<InetAddress>> addresses(String literal) {
    try {
      return Future.succeededFuture(List.of(InetAddress.getByName(literal)));
    } catch (UnknownHostException notALiteral) {
      return Future.failedFuture(notALiteral);
    }
  }
}
