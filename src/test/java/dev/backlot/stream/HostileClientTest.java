package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobState;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who wants to break the node: everybody else goes on, and what it costs is bounded. */
class HostileClientTest {
  private static final String DATA = "{\"filler\":\"" + "x".repeat(8_000) + "\"}";
  private static final int EVENTS = 3_000;
  private static final int SNAPSHOTS = 10_000;

  /** A hundred subscriptions take some ten KiB; a hundred thousand would take some ten MiB. */
  private static final long KEPT_MAX = 4L << 20;

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;
  private StreamClient bystander;
  private long mostWaiting;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config(64 << 10, 100));
    bystander = server.authenticated();
    bystander.subscribe("a", null);
    bystander.next("snapshot");
    bystander.next("live");
  }

  @AfterEach
  void theOthersGoOn() throws Exception {
    log.append(TENANT, job(99_999), JobState.EXPIRED);
    JsonObject event = bystander.await("event");
    while (!event.getString("event").equals("job.expired")) {
      event = bystander.await("event");
    }
    assertThat(bystander.isOpen()).isTrue();
    server.close();
  }

  @Test
  void a_hundred_thousand_subscriptions_without_waiting_close_the_socket() throws Exception {
    StreamClient client = server.authenticated();
    long before = Heap.used();

    for (int n = 0; n < 100_000 && client.isOpen(); n++) {
      client.subscribe("s" + n, null);
    }

    // For asking too much, or for not reading the refusals meanwhile: whichever is noticed first.
    assertThat(client.closeCode()).isIn((short) 4400, (short) 4409, (short) 1006);
    Waiting.until(() -> server.hubs.sockets() == 1);
    assertThat(server.hubs.waiting()).isZero();
    assertThat(Heap.used() - before).as("kept, bytes").isLessThan(KEPT_MAX);
  }

  /** So many at a time as it may have without an answer. */
  @Test
  void a_hundred_thousand_subscriptions_one_after_another_are_refused_and_nothing_of_them_is_kept()
      throws Exception {
    StreamClient client = server.authenticated();
    String cursor = Cursor.text(TENANT, 0);
    for (int n = 0; n < Feed.WATCHES_MAX; n++) {
      client.subscribe("s" + n, cursor);
      client.next("live");
    }
    long before = Heap.used();

    long most = 0;
    for (int n = 0; n < 1_000; n++) {
      for (int i = 0; i < 100; i++) {
        client.subscribe("more" + n + "-" + i, cursor);
      }
      most = Math.max(most, server.hubs.waiting());
      client.pass("error", 100);
    }

    assertThat(most).as("waiting, bytes").isLessThan(128L << 10);
    assertThat(Heap.used() - before).as("kept, bytes").isLessThan(KEPT_MAX);
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void subscriptions_above_the_bound_are_refused_one_by_one_and_cost_nothing() throws Exception {
    StreamClient client = server.authenticated();
    String cursor = Cursor.text(TENANT, 0);
    for (int n = 0; n < Feed.WATCHES_MAX; n++) {
      client.subscribe("s" + n, cursor);
      client.next("live");
    }
    int replays = log.replays.get();

    for (int n = 0; n < 2_000; n++) {
      client.subscribe("more" + n, cursor);
      assertThat(client.next("error").getString("id")).isEqualTo("more" + n);
    }

    assertThat(log.replays).as("pages read").hasValue(replays);
    assertThat(client.isOpen()).isTrue();
  }

  /** Each is some hundred times as large as what asks for it. */
  @Test
  void snapshots_that_nobody_reads_are_not_made() throws Exception {
    for (int n = 0; n < 100; n++) {
      log.append(TENANT, job(n), JobState.QUEUED);
    }
    StreamClient client = server.authenticated();
    client.socket.pause();

    int made = 0;
    while (made < SNAPSHOTS && isAnotherMade(client)) {
      made++;
    }

    assertThat(made).as("snapshots for one that does not read").isLessThan(SNAPSHOTS);
  }

  /** Whether it is, once there was time enough for it. */
  private boolean isAnotherMade(StreamClient client) {
    int before = log.snapshots.get();
    client.subscribe("s", null);
    client.send(new JsonObject().put("type", "unsubscribe").put("id", "s"));
    int[] looks = {0};
    Waiting.until(() -> log.snapshots.get() > before || ++looks[0] > 200);
    return log.snapshots.get() > before;
  }

  /** The second auth of each ends it, and shows that the first has been taken. */
  @Test
  void a_crowd_that_comes_back_is_looked_up_few_at_a_time() throws Exception {
    Promise<Void> answers = Promise.promise();
    server.grants.gate = answers.future();
    int before = server.grants.lookUps.get();
    JsonObject auth = new JsonObject().put("type", "auth").put("token", server.token());
    for (int n = 0; n < 30; n++) {
      StreamClient client = server.connect();
      client.send(auth);
      client.send(auth);
      assertThat(client.closeCode()).isEqualTo((short) 4400);
    }

    assertThat(server.grants.lookUps.get() - before).as("looked up at once").isBetween(1, 4);
    answers.complete();
  }

  /** Of a frame so long not even the beginning is kept. */
  @Test
  void a_frame_of_ten_megabytes_is_forgotten_and_ends_the_connection_with_its_code()
      throws Exception {
    StreamClient client = server.authenticated();
    long before = Heap.used();

    client.socket.writeFinalTextFrame("x".repeat(10 << 20));

    assertThat(client.closeCode()).isEqualTo((short) 1009);
    Waiting.until(() -> server.hubs.sockets() == 1);
    assertThat(server.hubs.waiting()).isZero();
    assertThat(Heap.used() - before).as("kept, bytes").isLessThan(KEPT_MAX);
  }

  /** Nothing of what it announces has to come for that. */
  @Test
  void a_frame_that_announces_ten_megabytes_ends_the_connection_by_its_head() throws Exception {
    try (Socket client = silentSocket()) {
      client.setSoTimeout(20_000);
      DataInputStream in = new DataInputStream(client.getInputStream());
      skipHead(in);
      ByteBuffer head = ByteBuffer.allocate(14).put((byte) 0x81).put((byte) 0xFF);
      client.getOutputStream().write(head.putLong(10 << 20).putInt(0).array());

      assertThat(in.readUnsignedByte()).as("a close frame").isEqualTo(0x88);
      in.skipNBytes(1);
      assertThat(in.readShort()).isEqualTo((short) 1009);
    }
    Waiting.until(() -> server.hubs.sockets() == 1);
  }

  /** Who has been told is waited for, and not for ever. */
  @Test
  void who_does_not_hang_up_after_a_frame_far_too_long_is_cut_off() throws Exception {
    try (Socket client = silentSocket()) {
      client.setSoTimeout(20_000);
      DataInputStream in = new DataInputStream(client.getInputStream());
      skipHead(in);
      OutputStream out = client.getOutputStream();
      ByteBuffer head = ByteBuffer.allocate(14).put((byte) 0x81).put((byte) 0xFF);
      out.write(head.putLong(10 << 20).putInt(0).array());
      in.readAllBytes();

      Waiting.until(() -> isCutOff(out));
    }
  }

  /** A connection that the other side has left answers what is sent with a reset. */
  private static boolean isCutOff(OutputStream out) {
    try {
      out.write(0);
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void a_frame_that_never_ends_is_cut_off_with_its_socket() throws Exception {
    StreamClient client = server.authenticated();
    client.socket.writeFrame(WebSocketFrame.textFrame("x", false));

    for (int n = 0; n < 20 && client.isOpen(); n++) {
      client.socket.writeFrame(
          WebSocketFrame.continuationFrame(Buffer.buffer("x".repeat(32 << 10)), false));
    }

    assertThat(client.closeCode()).isEqualTo((short) 1009);
  }

  /** The bystander reads on, however many do not. */
  @Test
  void event_streams_that_are_never_read_are_told_to_come_back_and_cut() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      silent.add(silentReader());
    }
    Waiting.until(() -> server.hubs.sockets() == 21);
    long before = Heap.used();

    flood();

    // Each its 64 KiB, and the event that has filled them; of 24 MB that each would have to get.
    assertThat(mostWaiting).isBetween(100L << 10, 20 * (96L << 10));
    assertThat(Heap.used() - before).as("kept, bytes").isLessThan(20 * (96L << 10) + KEPT_MAX);
    server.clock.advance(Duration.ofSeconds(11));
    Waiting.until(() -> server.hubs.sockets() == 1);
    for (Socket socket : silent) {
      socket.close();
    }
  }

  /** Each could have a mebibyte waiting, and all together may have a half. */
  @Test
  void readers_that_do_not_read_share_one_budget_of_the_node() throws Exception {
    server.close();
    server = new StreamServer(log, StreamServer.configOfQueues(1 << 20, 512 << 10));
    bystander = server.authenticated();
    bystander.subscribe("a", null);
    bystander.next("snapshot");
    bystander.next("live");
    List<Socket> silent = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      silent.add(silentReader());
    }
    Waiting.until(() -> server.hubs.sockets() == 9);

    flood();

    assertThat(mostWaiting).isBetween(100L << 10, 1L << 20);
    server.clock.advance(Duration.ofSeconds(11));
    Waiting.until(() -> server.hubs.sockets() == 1);
    assertThat(server.hubs.waiting()).isZero();
    for (Socket socket : silent) {
      socket.close();
    }
  }

  /** Of which the connection may carry others. */
  @Test
  void an_event_stream_of_http2_that_is_never_read_is_cut_and_the_others_of_its_connection_go_on()
      throws Exception {
    HttpClient shared = EventStreamClient.client(server.vertx, HttpVersion.HTTP_2);
    EventStreamClient silent =
        EventStreamClient.open(shared, server.http.port(), "tenant=true", server.token());
    EventStreamClient other =
        EventStreamClient.open(
            shared, server.http.port(), "tenant=true&events=job.expired", server.token());
    silent.next(3);
    other.next(3);
    silent.pause();
    flood();

    server.clock.advance(Duration.ofSeconds(11));

    Waiting.until(() -> server.hubs.sockets() == 2);
    log.append(TENANT, job(1), JobState.EXPIRED);
    assertThat(other.await("event").data().getString("event")).isEqualTo("job.expired");
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void a_slow_event_stream_is_told_where_to_come_back_to(HttpVersion version) throws Exception {
    EventStreamClient client =
        EventStreamClient.open(
            EventStreamClient.client(server.vertx, version),
            server.http.port(),
            "tenant=true&cursor=" + Cursor.text(TENANT, 0),
            server.token());
    client.next("ready");
    client.next("live");
    client.pause();
    flood();

    client.resume();

    long last = 0;
    EventStreamClient.Sent message = client.next();
    for (; message.type().equals("event"); message = client.next()) {
      assertThat(message.position()).isEqualTo(++last);
    }
    assertThat(message.data().getString("reason")).isEqualTo("slow-reader");
    assertThat(message.position()).isEqualTo(last);
    assertThat(last).as("kept for the slow reader").isLessThan(EVENTS);
    assertThat(client.isEnded()).isTrue();
  }

  @Test
  void another_tenants_token_sees_nothing_of_ours() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    String theirs =
        server.grants.token(OTHER, new StreamScope.WholeTenant(), server.anHourFromNow());
    StreamClient client = server.connect();
    client.authenticate(theirs);
    client.subscribe("a", null, job(1));
    assertThat(client.next("error").getString("code")).isEqualTo("job-not-found");

    client.subscribe("b", Cursor.text(TENANT, 0));

    assertThat(client.next("error").getString("field")).isEqualTo("/cursor");
  }

  @Test
  void an_expired_token_opens_no_event_stream() throws Exception {
    String token =
        server.grants.token(TENANT, new StreamScope.WholeTenant(), server.clock.instant());

    EventStreamClient client =
        EventStreamClient.open(server.streams, server.http.port(), "tenant=true", token);

    assertThat(client.head().statusCode()).isEqualTo(401);
  }

  /** Each is answered with a pong, which waits when nobody reads it. */
  @Test
  void pings_of_a_client_that_reads_nothing_end_its_connection() throws Exception {
    byte[] ping = {(byte) 0x89, (byte) 0xfd, 0, 0, 0, 0};
    Buffer many = Buffer.buffer();
    for (int n = 0; n < 500; n++) {
      many.appendBytes(ping).appendBytes(new byte[125]);
    }
    try (Socket client = silentSocket()) {
      OutputStream out = client.getOutputStream();
      Waiting.until(() -> server.hubs.sockets() == 2);

      assertThatThrownBy(
              () -> {
                for (int n = 0; n < 2_000; n++) {
                  out.write(many.getBytes());
                }
              })
          .isInstanceOf(IOException.class);
    }
    Waiting.until(() -> server.hubs.sockets() == 1);
  }

  /** A WebSocket of which nothing is read after the handshake. */
  private Socket silentSocket() throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.http.port()));
    socket
        .getOutputStream()
        .write(
            String.join(
                    "\r\n",
                    "GET /api/v1/stream HTTP/1.1",
                    "Host: localhost",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                    "",
                    "")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Up to the empty line. */
  private static void skipHead(DataInputStream in) throws IOException {
    int last = 0;
    while (last != 0x0D0A0D0A) {
      last = (last << 8) | in.readUnsignedByte();
    }
  }

  /** Takes the head of the answer, and nothing after it. */
  private Socket silentReader() throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.http.port()));
    OutputStream out = socket.getOutputStream();
    out.write(
        ("GET /api/v1/stream?tenant=true HTTP/1.1\r\nHost: localhost\r\n"
                + "Accept: text/event-stream\r\nAuthorization: Bearer "
                + server.token()
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    InputStream in = socket.getInputStream();
    assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
    return socket;
  }

  /** More than fits anywhere on the way. The bystander takes it all. */
  private void flood() {
    for (int n = 0; n < EVENTS; n++) {
      log.append(TENANT, job(n), JobState.QUEUED, DATA);
      if (n % 10 == 9) {
        long position = log.all().size();
        JsonObject event = bystander.await("event");
        while (Cursor.parse(TENANT, event.getString("cursor")).orElseThrow() < position) {
          event = bystander.await("event");
        }
        mostWaiting = Math.max(mostWaiting, server.hubs.waiting());
      }
    }
  }
}
