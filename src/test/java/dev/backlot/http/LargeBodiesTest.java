package dev.backlot.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.HttpConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.input.Part;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Large bodies at a real server: what lets them in, and that every way out gives their bytes back.
 */
class LargeBodiesTest {
  private static final int SMALL = 256 << 10;
  private static final int LIMIT = 1 << 20;
  private static final int BUDGET = 3 << 20;
  private static final String OTHER_KEY = "blk_bbbbbbbbbbbb_secret-of-at-least-32-characters";
  private static final String POST = "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n";
  private static final int MILLIS = 20_000;

  private final Vertx vertx = Vertx.vertx();
  private final LargeBodies large =
      new LargeBodies(vertx, new HttpConfig.LargeBodies(LIMIT, BUDGET));
  private final Promise<Void> stored = Promise.promise();
  private final CountDownLatch storing = new CountDownLatch(1);
  private final CountDownLatch checked = new CountDownLatch(1);

  /** Requests whose bytes were taken, or refused. */
  private final AtomicInteger asked = new AtomicInteger();

  private volatile boolean waits;
  private volatile boolean drops;
  private int port;

  @BeforeEach
  void start() throws Exception {
    serve(Duration.ofMinutes(2));
  }

  /**
   * @param bodyTimeout for the whole of a body
   */
  private void serve(Duration bodyTimeout) throws Exception {
    Contract contract = TestServer.contract(vertx);
    FakeKeys keys =
        new FakeKeys().add(OTHER_KEY, new TenantId(new UUID(2, 2)), Set.of(Scope.values()));
    Authentication authentication =
        new Authentication(keys, InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    RequestChecks checks = new RequestChecks(contract, SMALL, bodyTimeout, large);
    Routes routes = router -> mount(router, authentication, checks);
    HttpVerticle server = new HttpVerticle(TestServer.config(0), () -> List.of(routes));
    vertx.deployVerticle(server).await(20, TimeUnit.SECONDS);
    port = server.actualPort();
  }

  private void mount(Router router, Authentication authentication, RequestChecks checks) {
    router
        .post("/api/v1/jobs")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(this::drop)
        .handler(checks.ofLarge("submitJob"))
        .handler(ctx -> answer(ctx, checks));
    router
        .post("/api/v1/stream/tokens")
        .handler(authentication.require(Scope.STREAM))
        .handler(checks.of("mintStreamToken"))
        .handler(ctx -> ctx.end());
  }

  /** As when it goes away while its key is looked up: the checks come when it is gone. */
  private void drop(RoutingContext ctx) {
    if (!drops) {
      ctx.next();
      asked.incrementAndGet();
      return;
    }
    ctx.addEndHandler(
        gone -> {
          ctx.next();
          checked.countDown();
        });
    ctx.request().connection().close();
  }

  private void answer(RoutingContext ctx, RequestChecks checks) {
    Object image = RequestChecks.body(ctx).getJsonObject("input").getValue("image");
    checks.work(
        ctx,
        () -> image instanceof Part part ? part.length() : -1,
        length -> {
          storing.countDown();
          Future<Void> done = waits ? stored.future() : Future.succeededFuture();
          return done.onSuccess(go -> ctx.end(String.valueOf(length)));
        });
  }

  @AfterEach
  void stop() throws Exception {
    stored.tryComplete();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_large_body_is_read_and_its_image_is_a_part() throws Exception {
    try (Client client = client()) {
      client.send(body(TestServer.KEY, 700_000));

      assertThat(client.status()).isEqualTo(200);
      assertThat(client.body()).isEqualTo("700000");
    }
    untilNothingIsTaken();
  }

  @Test
  void a_connection_lives_on_after_a_large_body() throws Exception {
    try (Client client = client()) {
      client.send(body(TestServer.KEY, 700_000));
      assertThat(client.status()).isEqualTo(200);
      client.body();
      client.send(body(TestServer.KEY, 800_000));

      assertThat(client.status()).isEqualTo(200);
      assertThat(client.body()).isEqualTo("800000");
    }
  }

  @Test
  void above_the_limit_a_body_is_refused_and_the_connection_closed_behind_the_answer()
      throws Exception {
    try (Client client = client()) {
      client.send(body(TestServer.KEY, LIMIT + 1));

      assertThat(client.status()).isEqualTo(413);
      assertThat(client.problem().getString("code")).isEqualTo("body-too-large");
      assertThat(client.isClosed()).isTrue();
    }
    untilNothingIsTaken();
  }

  @Test
  void other_calls_take_no_large_body() throws Exception {
    try (Client client = client()) {
      client.send(body(TestServer.KEY, 700_000).replace("/jobs", "/stream/tokens"));

      assertThat(client.status()).isEqualTo(413);
    }
  }

  @Test
  void without_a_key_nothing_is_read() throws Exception {
    try (Client client = client()) {
      client.send(head("", 700_000));

      assertThat(client.status()).isEqualTo(401);
    }
    assertThat(large.taken()).isZero();
  }

  @Test
  void a_chunked_body_may_not_be_large() throws Exception {
    String chunk =
        Integer.toHexString(SMALL + 1) + "\r\n" + "a".repeat(SMALL + 1) + "\r\n0\r\n\r\n";
    try (Client client = client()) {
      client.send(POST + headers(TestServer.KEY) + "Transfer-Encoding: chunked\r\n\r\n" + chunk);

      assertThat(client.status()).isEqualTo(411);
      assertThat(client.problem().getString("code")).isEqualTo("length-required");
    }
  }

  @Test
  void what_is_left_without_images_may_not_be_large() throws Exception {
    String numbers = "1,".repeat(SMALL / 2);
    String json = "{\"kind\":\"k\",\"input\":{\"a\":[" + numbers + "1]}}";
    try (Client client = client()) {
      client.send(head(TestServer.KEY, json.length()) + json);

      assertThat(client.status()).isEqualTo(413);
      assertThat(client.problem().getString("detail")).contains("Without its images");
    }
    untilNothingIsTaken();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'k','input':'LONG'}",
        "{'kind':'k','input':['LONG','LONG']}",
        "{'kind':'k','input':[['LONG'],[['LONG']]]}",
        "{'kind':'LONG','input':{}}",
        "{'kind':'LONG','input':'LONG'}",
        "{'kind':5,'input':{'image':'LONG'}}",
        "{'kind':'k','model':'LONG','input':{'image':'LONG'}}",
        "{'kind':'k','input':{'image':'A'},'priority':'LONG'}",
        "{'kind':'k','input':{'image':'A'},'metadata':'LONG'}",
        "{'kind':'k','input':{'image':'A'},'metadata':{'a':'LONG'}}",
        "{'kind':'k','input':{'image':'A'},'metadata':{'a':[['LONG']]}}",
        "{'kind':'k','input':{'image':'LONG'},'unknown':'LONG'}",
        "{'kind':'k','input':{'image':'LONG'},'input':'LONG'}",
        "{'kind':'k','input':{'LONG':'LONG'}}",
        "{'LONG':'LONG'}",
        "{'input':'LONG'}",
        "['LONG','LONG']",
        "'LONG'"
      })
  void a_long_string_where_none_belongs_is_refused(String json) throws Exception {
    String body = json.replace('\'', '"').replace("LONG", "A".repeat(SMALL + 1));
    try (Client client = client()) {
      client.send(head(TestServer.KEY, body.length()) + body);

      assertThat(client.status()).isEqualTo(400);
      assertThat(client.problem().getString("code")).isIn("invalid-request", "invalid-json");
    }
    untilNothingIsTaken();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'k','input':{'image':'LONG",
        "{'kind':'k','input':{'image':'LONG\\",
        "{'kind':'k','input':{'image':'LONG\u00e9'}}",
        "{'kind':'k','input':{'image':'LONG\u0001'}}",
        "{'kind':'k','input':{'image':'LONG\\x'}}",
        "{'kind':'k','input':{'image':'\\nLONG'}},"
      })
  void a_large_body_that_is_no_json_is_told_so(String json) throws Exception {
    String body = json.replace('\'', '"').replace("LONG", "A".repeat(SMALL + 1));
    try (Client client = client()) {
      client.send(head(TestServer.KEY, body.length()) + body);

      assertThat(client.status()).isEqualTo(400);
      assertThat(client.problem().getString("code")).isEqualTo("invalid-json");
    }
    untilNothingIsTaken();
  }

  @Test
  void one_tenant_gets_half_of_the_budget_and_another_the_rest() throws Exception {
    try (Client first = client();
        Client second = client();
        Client other = client()) {
      first.send(head(TestServer.KEY, LIMIT));
      untilTaken(LIMIT);

      second.send(head(TestServer.KEY, LIMIT));
      assertThat(second.status()).isEqualTo(503);
      assertThat(second.header("retry-after")).isEqualTo("1");
      assertThat(second.problem().getString("code")).isEqualTo("overloaded");

      other.send(body(OTHER_KEY, 700_000));
      assertThat(other.status()).isEqualTo(200);
    }
    untilNothingIsTaken();
  }

  @Test
  void a_sender_that_goes_away_gives_its_bytes_back() throws Exception {
    try (Client client = client()) {
      client.send(head(TestServer.KEY, LIMIT) + "{\"kind\"");
      untilTaken(LIMIT);
    }

    untilNothingIsTaken();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: close\r\n"})
  void a_sender_that_only_stops_gives_its_bytes_back(String header) throws Exception {
    try (Client client = client()) {
      String head = head(TestServer.KEY, LIMIT).replace("Host:", header + "Host:");
      client.send(head + "{\"kind\"");
      untilTaken(LIMIT);
      client.stop();

      assertThat(client.isClosed()).isTrue();
    }
    untilNothingIsTaken();
  }

  /** Several at once, as many as one tenant may have. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void senders_of_a_head_alone_give_all_of_their_bytes_back(boolean half) throws Exception {
    int each = 300_000;
    int senders = BUDGET / 2 / each;
    List<Client> gone = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      Client client = client();
      gone.add(client);
      client.send(head(TestServer.KEY, each));
      if (half) {
        client.stop();
      } else {
        client.close();
      }
    }

    until(() -> asked.get() == senders);
    untilNothingIsTaken();
    try (Client client = client()) {
      client.send(fullSize(TestServer.KEY));
      assertThat(client.status()).isEqualTo(200);
    }
    for (Client client : gone) {
      client.close();
    }
  }

  @Test
  void a_sender_that_is_gone_before_its_body_is_asked_for_takes_nothing() throws Exception {
    drops = true;
    try (Client client = client()) {
      client.send(head(TestServer.KEY, LIMIT));
      assertThat(checked.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(large.taken()).isZero();
  }

  @Test
  void a_sender_that_is_too_slow_is_told_so_and_gives_its_bytes_back() throws Exception {
    serve(Duration.ofMillis(200));
    try (Client client = client()) {
      client.send(head(TestServer.KEY, LIMIT) + "{\"kind\"");

      assertThat(client.status()).isEqualTo(408);
      assertThat(client.isClosed()).isTrue();
    }
    untilNothingIsTaken();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"input\":", "[", "\u0000", "{\"kind\":5,\"input\":{}}", ""})
  void a_body_that_is_refused_gives_its_bytes_back(String json) throws Exception {
    String padded = json + " ".repeat(SMALL + 1);
    try (Client client = client()) {
      client.send(head(TestServer.KEY, padded.length()) + padded);

      assertThat(client.status()).isIn(400, 413);
    }
    untilNothingIsTaken();
  }

  @Test
  void bytes_stay_taken_while_a_job_is_stored_though_its_sender_is_gone() throws Exception {
    waits = true;
    try (Client client = client()) {
      client.send(body(TestServer.KEY, 700_000));
      assertThat(storing.await(20, TimeUnit.SECONDS)).isTrue();
    }
    // Another tenant's answer shows that the server goes on while the first one is still held.
    try (Client other = client()) {
      other.send(head("", 0));
      assertThat(other.status()).isEqualTo(401);
    }
    assertThat(large.taken()).isPositive();

    stored.complete();

    untilNothingIsTaken();
  }

  @Test
  void who_asks_first_is_told_to_go_on_or_why_not() throws Exception {
    try (Client welcome = client();
        Client refused = client()) {
      welcome.send(
          POST
              + headers(TestServer.KEY)
              + "Expect: 100-continue\r\nContent-Length: 700000\r\n\r\n");
      refused.send(
          POST
              + headers(TestServer.KEY)
              + "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");

      assertThat(welcome.status()).isEqualTo(100);
      assertThat(refused.status()).isEqualTo(413);
    }
  }

  private void untilTaken(long bytes) {
    until(() -> large.taken() == bytes);
  }

  private void untilNothingIsTaken() {
    untilTaken(0);
  }

  /** The server tells nobody when it lets go: looked for, with a limit. */
  private static void until(BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static String headers(String key) {
    return (key.isEmpty() ? "" : "Authorization: Bearer " + key + "\r\n")
        + "Content-Type: application/json\r\n";
  }

  private static String head(String key, int length) {
    return POST + headers(key) + "Content-Length: " + length + "\r\n\r\n";
  }

  private static String fullSize(String key) {
    return body(key, LIMIT - json(0).length());
  }

  private static String json(int image) {
    return "{\"kind\":\"image2video\",\"input\":{\"image\":\"" + "A".repeat(image) + "\"}}";
  }

  private static String body(String key, int image) {
    String json = json(image);
    return head(key, json.length()) + json;
  }

  private Client client() throws IOException {
    return new Client(port);
  }

  /** A connection whose bytes are ours. */
  private static final class Client implements AutoCloseable {
    private final Socket socket = new Socket();
    private String head = "";

    private Client(int port) throws IOException {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MILLIS);
      socket.setSoTimeout(MILLIS);
    }

    void send(String request) throws IOException {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    }

    void stop() throws IOException {
      socket.shutdownOutput();
    }

    int status() throws IOException {
      StringBuilder read = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (read.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        assertThat(next).as("closed after: " + read).isNotNegative();
        read.append((char) next);
      }
      head = read.toString();
      return Integer.parseInt(head.split(" ", 3)[1]);
    }

    String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }

    String body() throws IOException {
      int length = Integer.parseInt(header("content-length"));
      return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    JsonObject problem() throws IOException {
      return new JsonObject(body());
    }

    /** Reads on to the end. */
    boolean isClosed() throws IOException {
      socket.getInputStream().readAllBytes();
      return true;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
