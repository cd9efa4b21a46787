package dev.backlot.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import dev.backlot.domain.catalog.Pictures;
import dev.backlot.simulator.SimulatorServer;
import dev.backlot.system.RawExchange.Answer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws at the front door what no sound client sends: never a 5xx, every refusal is a problem that
 * says what is wrong, and afterwards no job is stuck and no credit is held. The provider is the
 * simulator in the test's own process, so that the memory measured is the service's alone.
 */
class FuzzTest {
  private static final long SEED = Long.getLong("backlot.fuzz.seed", 20_260_923);
  private static final String HEAP = "768m";
  private static final int SMALL = 300;
  private static final int IMAGE_BYTES = 45 << 20;
  private static final int RSS_MAX_MIB = 1_700;

  /** Codes that speak of the request as a whole. */
  private static final Set<String> WITHOUT_FIELD =
      Set.of("invalid-json", "body-too-large", "length-required", "credit-exhausted", "overloaded");

  @TempDir Path directory;
  private final Random random = new Random(SEED);
  private final FuzzedBodies bodies = new FuzzedBodies(random);
  private final ExecutorService senders = Executors.newCachedThreadPool();
  private SimulatorServer simulator;
  private BacklotProcess backlot;
  private int requests;

  @BeforeEach
  void start() throws Exception {
    SimulatorConfig config =
        SimulatorConfig.defaults()
            .withRendering(new Rendering(RenderMode.IMMEDIATE, 100, Duration.ofSeconds(1), 0));
    simulator = SimulatorServer.start(config, InstantSource.system()).await(20, TimeUnit.SECONDS);
    Files.writeString(directory.resolve("provider-api.key"), config.account().apiKey().value());
    backlot =
        BacklotProcess.start(
            directory,
            Map.of(
                "simulator.enabled", "false",
                "provider.accounts[0].base-url", "http://127.0.0.1:" + simulator.verticle().port(),
                "development.credits", "1000000",
                "ledger.audit", "1s",
                "poll.first", "100ms",
                "poll.shortest", "100ms",
                "poll.longest", "200ms"),
            "INFO",
            HEAP);
  }

  @AfterEach
  void stop() throws Exception {
    senders.shutdownNow();
    backlot.close();
    simulator.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void nothing_that_is_sent_breaks_the_service() throws Exception {
    System.out.println("fuzz seed " + SEED);

    smallBodies();
    strangeHeads();
    misplaced();
    largeBodies();

    assertEverythingEnded();
    String log = backlot.log();
    assertThat(log.lines().filter(line -> line.contains(" ERROR "))).isEmpty();
    int peak = status("VmHWM");
    System.out.printf(
        "fuzz: %d requests; heap after a collection %.0f MiB of %s; RSS %d MiB, at its peak %d MiB%n",
        requests, heapInUse(), HEAP, status("VmRSS"), peak);
    assertThat(peak).isLessThan(RSS_MAX_MIB);
  }

  private void smallBodies() {
    for (int i = 0; i < SMALL; i++) {
      judge(post(bodies.anyJson()), true);
      judge(post(bodies.mutated()), true);
      judge(post(bodies.damaged()), true);
    }
    for (int i = 0; i < 20; i++) {
      judge(post(bodies.deep()), true);
      assertThat(post(FuzzedBodies.valid(i).getBytes(UTF_8)).status()).isEqualTo(202);
    }
  }

  private void strangeHeads() {
    String junk = "x".repeat(3_000);
    byte[] body = FuzzedBodies.valid(0).getBytes(UTF_8);
    List<String> headers =
        List.of(
            "Content-Type: text/plain",
            "Content-Type:",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: application/json\r\nContent-Type: text/plain",
            "Content-Type: application/json\r\nIdempotency-Key:",
            "Content-Type: application/json\r\nIdempotency-Key: " + junk,
            "Content-Type: application/json\r\nIdempotency-Key: a\u0001b",
            "Content-Type: application/json\r\nIdempotency-Key: \u00e9",
            "Content-Type: application/json\r\nIdempotency-Key: a\r\nIdempotency-Key: b",
            "Content-Type: application/json\r\nAuthorization: Basic " + junk,
            "Content-Type: application/json\r\nX-Junk: " + "y".repeat(20_000),
            "Content-Type: application/json\r\n" + "X-A: b\r\n".repeat(2_000) + "X-B: c",
            "Content-Type: application/json\r\nTransfer-Encoding: gzip",
            "Content-Type: application/json\r\nTransfer-Encoding: chunked, chunked",
            "Content-Type: application/json\r\nExpect: 200-ok",
            "Content-Type: application/json\r\n: nameless",
            "Content-Type: application/json\r\nno colon at all",
            "Content-Type: application/json\r\n folded: yes");
    for (String header : headers) {
      judge(
          send(List.of("POST /api/v1/jobs HTTP/1.1", auth(), header, length(body.length)), body),
          false);
      judge(send(List.of("POST /api/v1/jobs HTTP/1.1", header, length(body.length)), body), false);
    }
    for (String authorization :
        List.of(
            "",
            "Bearer",
            "Bearer ",
            "bearer x",
            "Bearer blk_a_b",
            "Bearer " + junk,
            "\u0000",
            "Bearer \u00ff")) {
      Answer answer =
          send(
              List.of(
                  "POST /api/v1/jobs HTTP/1.1",
                  "Authorization: " + authorization,
                  json(),
                  length(2)),
              "{}".getBytes(UTF_8));
      judge(answer, false);
      assertThat(answer.status()).isIn(400, 401);
    }
    for (String lie :
        List.of("-1", "1e3", "99999999999999999999", "0x10", "", "+5", "5, 6", "72000000000")) {
      judge(
          send(
              List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), "Content-Length: " + lie),
              body),
          false);
    }
    judge(
        cut(List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), length(body.length + 5)), body),
        false);
    judge(
        cut(List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), length(60_000_000)), body),
        false);
    judge(
        cut(
            List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), "Transfer-Encoding: chunked"),
            body),
        false);
    judge(
        cut(
            List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), "Transfer-Encoding: chunked"),
            chunk(300_000)),
        false);
    judge(
        send(List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), length(2), length(3)), body),
        false);
    for (String method :
        List.of(
            "HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW",
            "get")) {
      for (String path :
          List.of(
              "/api/v1/jobs",
              "/api/v1/quotes",
              "/api/v1/jobs/%00",
              "/api/v1/jobs/..%2f",
              "/%zz",
              "/api/v1/jobs?limit=1e9&x",
              "*",
              "//",
              "/" + junk)) {
        judge(
            send(List.of(method + " " + path + " HTTP/1.1", auth(), length(0)), new byte[0]),
            false);
      }
    }
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      judge(
          cut(List.of("POST /api/v1/jobs HTTP/1.1", auth(), new String(noise, US_ASCII)), noise),
          false);
    }
  }

  private void misplaced() {
    for (byte[] body : FuzzedBodies.misplaced()) {
      for (String path : List.of("/api/v1/jobs", "/api/v1/quotes")) {
        List<String> head =
            List.of("POST " + path + " HTTP/1.1", auth(), json(), length(body.length));
        Answer answer = inTurn(() -> send(head, body));
        judge(answer, false);
        boolean quoted = path.endsWith("quotes") && answer.status() == 200;
        assertThat(quoted ? 422 : answer.status()).as(answer.body()).isIn(400, 422);
      }
    }
  }

  private void largeBodies() throws Exception {
    byte[] picture = picture(IMAGE_BYTES);
    byte[] good = large(picture);
    assertThat(good).hasSizeGreaterThan(60_000_000);
    String key = "Idempotency-Key: large";
    Answer accepted =
        send(List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), key, length(good.length)), good);
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);

    Answer again =
        inTurn(
            () ->
                send(
                    List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), key, length(good.length)),
                    good));
    assertThat(again.header("Idempotent-Replayed")).contains("true");
    assertThat(again.body()).isEqualTo(accepted.body());

    // Two of them are more than one tenant gets, so only here may the budget refuse.
    List<CompletableFuture<Answer>> together =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> post(good), senders))
            .toList();
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<Answer> each : together) {
      Answer answer = each.get(60, TimeUnit.SECONDS);
      statuses.add(answer.status());
      if (answer.status() == 503) {
        assertThat(answer.header("Retry-After")).isPresent();
        assertThat(answer.json().getString("code")).isEqualTo("overloaded");
      }
    }
    assertThat(statuses).contains(202).isSubsetOf(202, 503);

    assertRefused(large(changed(picture, 0)), "/input/contents/0/url");
    assertRefused(with(good, good.length / 2, '*'), "/input/contents/0/url");
    assertRefused(with(good, good.length / 2, '\n'), "");
    assertRefused(with(good, good.length / 2, (char) 0xC3), "");
    assertRefused(large(picture(54 << 20)), "");
    assertRefused(
        ("{\"kind\":\"" + "k".repeat(60_000_000) + "\",\"input\":{}}").getBytes(US_ASCII), "/kind");
    assertRefused(("{\"input\":{\"" + "n".repeat(60_000_000) + "\":1}}").getBytes(US_ASCII), "");
    assertRefused(("{\"input\":" + "[".repeat(60_000_000)).getBytes(US_ASCII), "");
    assertRefused(Arrays.copyOf(good, good.length - 3), "");
    assertRefused(
        new String(good, US_ASCII).replace("\"first_frame\"", "\"prompt\"").getBytes(US_ASCII),
        "/input/contents/0/url");
    judge(
        cut(
            List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), length(good.length)),
            Arrays.copyOf(good, good.length / 2)),
        false);
    assertThat(
            inTurn(
                    () ->
                        send(
                            List.of(
                                "POST /api/v1/quotes HTTP/1.1",
                                auth(),
                                json(),
                                length(good.length)),
                            good))
                .status())
        .isEqualTo(200);
    assertThat(
            send(List.of("POST /api/v1/jobs HTTP/1.1", json(), length(good.length)), good).status())
        .isEqualTo(401);
    assertThat(
            send(
                    List.of(
                        "POST /api/v1/stream/tokens HTTP/1.1", auth(), json(), length(good.length)),
                    good)
                .status())
        .isEqualTo(413);
    assertThat(inTurn(() -> post(good)).status())
        .as("the budget has everything back")
        .isEqualTo(202);
  }

  /**
   * One after the other. The bytes of the one before may be given back a moment after its answer
   * has arrived here: so this obeys a 503.
   */
  private Answer inTurn(Supplier<Answer> send) {
    Answer answer = send.get();
    for (int i = 0; i < 20 && answer.status() == 503; i++) {
      assertThat(answer.header("Retry-After")).isPresent();
      answer = send.get();
    }
    return answer;
  }

  private void assertRefused(byte[] body, String field) {
    Answer answer = inTurn(() -> post(body));
    judge(answer, false);
    assertThat(answer.status()).isBetween(400, 413);
    assertThat(answer.json().getString("field", "")).isEqualTo(field);
  }

  private static byte[] picture(int bytes) {
    byte[] start = Base64.getDecoder().decode(Pictures.png(320, 320));
    byte[] whole = new byte[bytes];
    new Random(SEED).nextBytes(whole);
    System.arraycopy(start, 0, whole, 0, start.length);
    return whole;
  }

  private static byte[] changed(byte[] picture, int at) {
    byte[] other = picture.clone();
    other[at] ^= 1;
    return other;
  }

  private static byte[] with(byte[] body, int at, char character) {
    byte[] other = body.clone();
    other[at] = (byte) character;
    return other;
  }

  private static byte[] large(byte[] picture) {
    return ("{\"kind\":\"image-to-video\",\"model\":\"kling-3.0\",\"input\":{\"contents\":[{\"type\":\"first_frame\",\"url\":\""
            + Base64.getEncoder().encodeToString(picture)
            + "\"},{\"type\":\"prompt\",\"text\":\"p\"}]}}")
        .getBytes(US_ASCII);
  }

  private static byte[] chunk(int size) {
    return (Integer.toHexString(size) + "\r\n" + "a".repeat(size) + "\r\n").getBytes(US_ASCII);
  }

  private Answer post(byte[] body) {
    return send(List.of("POST /api/v1/jobs HTTP/1.1", auth(), json(), length(body.length)), body);
  }

  private Answer send(List<String> head, byte[] body) {
    return exchange(head, body, false);
  }

  private Answer cut(List<String> head, byte[] body) {
    return exchange(head, body, true);
  }

  private Answer exchange(List<String> head, byte[] body, boolean cut) {
    List<String> whole = new ArrayList<>(head);
    whole.add(1, "Host: localhost");
    whole.add(2, "Connection: close");
    requests++;
    return RawExchange.send(backlot.ports().http(), whole, body, cut);
  }

  private String auth() {
    return "Authorization: Bearer " + backlot.demoKey();
  }

  private static String json() {
    return "Content-Type: application/json";
  }

  private static String length(int bytes) {
    return "Content-Length: " + bytes;
  }

  private static void judge(Answer answer, boolean namesField) {
    if (answer.status() == 0) {
      assertThat(namesField).as("an answer to a whole request").isFalse();
      return;
    }
    assertThat(answer.status()).as(answer.body()).isLessThan(500);
    if (answer.status() < 400 || answer.body().isEmpty()) {
      return;
    }
    assertThat(answer.header("Content-Type")).contains("application/problem+json");
    JsonObject problem = answer.json();
    assertThat(problem.getString("code")).isNotEmpty();
    assertThat(problem.getInteger("status")).isEqualTo(answer.status());
    if (namesField && !WITHOUT_FIELD.contains(problem.getString("code"))) {
      assertThat(problem.containsKey("field")).as(problem.encode()).isTrue();
    }
  }

  private void assertEverythingEnded() {
    Books books = new Books(backlot);
    Eventually.until(
        "every job has ended",
        Duration.ofSeconds(90),
        () -> books.number("SELECT count(*) FROM job WHERE ended_at IS NULL") == 0);
    assertThat(books.text("SELECT string_agg(DISTINCT state, ',') FROM job"))
        .isEqualTo("succeeded");
    assertThat(books.number("SELECT count(*) FROM reservation WHERE outcome = 'open'")).isZero();
    assertThat(books.number("SELECT count(*) FROM balance WHERE reserved <> 0")).isZero();
    assertThat(books.number("SELECT count(*) FROM job_input")).isGreaterThanOrEqualTo(3);
    assertThat(books.number("SELECT max(length(input::text)) FROM job")).isLessThan(262_144);
  }

  private double heapInUse() throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    new ProcessBuilder(jcmd, String.valueOf(backlot.pid()), "GC.run")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    return Api.text(backlot.management() + "/metrics")
            .lines()
            .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .sum()
        / (1 << 20);
  }

  /** A line of the process's status, in MiB. */
  private int status(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(backlot.pid()), "status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1_024)
        .findFirst()
        .orElseThrow();
  }
}
