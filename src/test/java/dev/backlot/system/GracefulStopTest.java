package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients see that ask something while the process is told to stop. */
class GracefulStopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String JOB =
      "{\"kind\":\"text2video\",\"input\":{\"model_name\":\"kling-v3\",\"prompt\":\"a\",\"duration\":\"5\"}}";

  @TempDir Path directory;

  /** Java's client asks for HTTP/2 by an upgrade, and gives up its streams at a GOAWAY. */
  @ParameterizedTest
  @EnumSource
  void a_submit_in_its_transaction_is_answered(HttpClient.Version version) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(version).build();
    try (BacklotProcess node = BacklotProcess.start(directory, Map.of(), "INFO")) {
      CompletableFuture<HttpResponse<String>> answer;
      CompletableFuture<Integer> stopped;
      try (Connection blocker = blockJobs(node)) {
        answer = client.sendAsync(submit(node), HttpResponse.BodyHandlers.ofString());
        awaitBlocked(blocker);
        stopped = CompletableFuture.supplyAsync(node::stop);
        awaitRefusal(node.ports().http());
      }

      assertThat(get(answer).statusCode()).isEqualTo(202);
      assertThat(get(answer).version()).isEqualTo(version);
      assertThat(get(stopped)).as("killed by SIGTERM only after its hooks").isEqualTo(143);
    }
  }

  @Test
  void one_that_only_holds_its_connection_loses_it_while_others_are_answered() throws Exception {
    try (BacklotProcess node = BacklotProcess.start(directory, Map.of(), "INFO");
        Socket idle = new Socket(InetAddress.getLoopbackAddress(), node.ports().http())) {
      idle.setSoTimeout((int) PATIENCE.toMillis());
      readHead(idle);
      CompletableFuture<HttpResponse<String>> answer;
      try (Connection blocker = blockJobs(node)) {
        answer =
            HttpClient.newHttpClient()
                .sendAsync(submit(node), HttpResponse.BodyHandlers.ofString());
        awaitBlocked(blocker);
        CompletableFuture.runAsync(node::stop);

        assertThat(idle.getInputStream().readAllBytes()).isEmpty();
        assertThat(answer).isNotDone();
      }
      assertThat(get(answer).statusCode()).isEqualTo(202);
    }
  }

  /** A client cannot know that the node stops when it sends its next request. */
  @Test
  void a_request_on_a_kept_connection_that_crosses_the_order_to_stop_is_sent_elsewhere()
      throws Exception {
    Map<String, String> patient = Map.of("http.last-call", "10s");
    try (BacklotProcess node = BacklotProcess.start(directory, patient, "INFO");
        Socket kept = new Socket(InetAddress.getLoopbackAddress(), node.ports().http())) {
      kept.setSoTimeout((int) PATIENCE.toMillis());
      readHead(kept);
      CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(node::stop);
      awaitRefusal(node.ports().http());

      String answer = readHead(kept);

      assertThat(answer).startsWith("HTTP/1.1 503 ").containsIgnoringCase("Connection: close");
      assertThat(kept.getInputStream().read()).as("end of the stream").isEqualTo(-1);
      assertThat(get(stopped)).isEqualTo(143);
    }
  }

  @Test
  void a_client_of_the_live_stream_is_told_where_to_resume_and_that_the_node_goes()
      throws Exception {
    Map<String, String> settings = BacklotProcess.RENDERS_FOR_AN_HOUR;
    try (BacklotProcess node = BacklotProcess.start(directory, settings, "INFO");
        Follower follower = Follower.of(node, node.demoKey())) {
      node.client().submit("a paper boat");
      JsonObject running = follower.awaitEvent("job.running");

      CompletableFuture.runAsync(node::stop);

      assertThat(follower.closeCode()).isEqualTo(1001);
      assertThat(follower.last())
          .isEqualTo(
              new JsonObject()
                  .put("type", "resync")
                  .put("cursor", running.getString("cursor"))
                  .put("reason", "shutdown"));
    }
  }

  @Test
  void a_request_that_cannot_be_answered_holds_the_stop_no_longer_than_its_bound()
      throws Exception {
    Map<String, String> impatient =
        Map.of(
            "http.drain-timeout", "500ms",
            "intake.drain-timeout", "500ms",
            "node.stop-timeout", "8s",
            "database.statement-timeout", "5m");
    try (BacklotProcess node = BacklotProcess.start(directory, impatient, "INFO");
        Connection blocker = blockJobs(node)) {
      HttpClient.newHttpClient().sendAsync(submit(node), HttpResponse.BodyHandlers.ofString());
      awaitBlocked(blocker);

      CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(node::stop);

      // Eight and what the machine needs; dispatch, whose claim is blocked, too, and the pools
      // would take fifteen more.
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(18));
    }
  }

  /**
   * One slot, which comes free while the API drains: the transaction that frees it gives it away.
   */
  @Test
  void a_node_that_is_told_to_stop_claims_nothing_while_its_requests_are_answered()
      throws Exception {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("provider.accounts[0].slots.default", "1");
    try (BacklotProcess node = BacklotProcess.start(directory, settings, "INFO");
        Connection database = DriverManager.getConnection(node.jdbcUrl(), "backlot_owner", "")) {
      String first = node.client().submit("a paper boat");
      Eventually.until("running", PATIENCE, () -> state(database, first).equals("running"));
      String second = node.client().submit("a paper plane");
      CompletableFuture<Integer> stopped;
      try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), node.ports().http())) {
        beginPost(slow, node.demoKey());
        stopped = CompletableFuture.supplyAsync(node::stop);
        awaitRefusal(node.ports().http());

        node.letRender();
        Eventually.until("succeeded", PATIENCE, () -> state(database, first).equals("succeeded"));
        assertThat(state(database, second)).isEqualTo("queued");
        assertThat(stopped).isNotDone();
      }
      assertThat(get(stopped)).isEqualTo(143);
    }
  }

  private static String state(Connection database, String job) throws SQLException {
    try (ResultSet rows =
        database.createStatement().executeQuery("SELECT state FROM job WHERE id = '" + job + "'")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  /** A request that is under way until the socket is closed. */
  private static void beginPost(Socket socket, String key) throws IOException {
    String head =
        "POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Authorization: Bearer %s\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n"
                .formatted(key);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    // What it answers to the expectation: the request has begun.
    assertThat((char) socket.getInputStream().read()).isEqualTo('H');
    socket.getOutputStream().write('{');
  }

  private static HttpRequest submit(BacklotProcess node) {
    return HttpRequest.newBuilder(URI.create(node.api() + "/api/v1/jobs"))
        .header("Authorization", "Bearer " + node.demoKey())
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", "under-way")
        .POST(HttpRequest.BodyPublishers.ofString(JOB))
        .build();
  }

  /** Nobody writes a job until the connection is closed. */
  private static Connection blockJobs(BacklotProcess node) throws SQLException {
    Connection blocker = DriverManager.getConnection(node.jdbcUrl(), "backlot_owner", "");
    blocker.setAutoCommit(false);
    blocker.createStatement().execute("LOCK TABLE job IN EXCLUSIVE MODE");
    return blocker;
  }

  private static void awaitBlocked(Connection blocker) {
    Eventually.until("the submit waits", PATIENCE, () -> isSomebodyBlocked(blocker));
  }

  private static boolean isSomebodyBlocked(Connection blocker) throws SQLException {
    try (ResultSet rows =
        blocker
            .createStatement()
            .executeQuery(
                "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation ="
                    + " 'job'::regclass AND mode = 'RowExclusiveLock'")) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static void awaitRefusal(int port) {
    Eventually.until("nobody is connected any more", PATIENCE, () -> !connects(port));
  }

  private static boolean connects(int port) {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  /** One answer without a body, after which the connection is kept. */
  private static String readHead(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("HEAD /docs HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new EOFException("the connection ended after: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }
}
