package dev.backlot.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.TasksHinted;
import dev.backlot.bus.Bus;
import dev.backlot.callback.CallbackTokens.Grant;
import dev.backlot.config.CallbackConfig;
import dev.backlot.config.CallbackSignatures;
import dev.backlot.config.CallbackSignatures.Rule;
import dev.backlot.config.Secret;
import dev.backlot.domain.job.CallbackResult;
import dev.backlot.http.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Our server with the route of callbacks, for three accounts: one without a secret, one whose
 * callbacks may be signed, and one whose must. Keeps what it tells the bus and its meter.
 */
final class CallbackServer implements AutoCloseable {
  static final String OPEN = "open";
  static final String OPTIONAL = "optional";
  static final String REQUIRED = "required";
  static final Secret SECRET = new Secret("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=");
  static final String ENDED = "{\"task_id\":\"1\",\"task_status\":\"succeed\"}";
  static final int BODY_LIMIT = 4_096;

  private static final Secret KEY = new Secret("k".repeat(32));
  private static final Map<String, CallbackSignatures> ACCOUNTS =
      Map.of(
          OPEN, CallbackSignatures.none(),
          OPTIONAL, new CallbackSignatures(List.of(SECRET), Rule.OPTIONAL),
          REQUIRED, new CallbackSignatures(List.of(SECRET), Rule.REQUIRED));

  final Queue<TasksHinted> messages = new ConcurrentLinkedQueue<>();
  final Queue<CallbackResult> results = new ConcurrentLinkedQueue<>();
  final TestServer http;
  volatile Instant now = Instant.ofEpochSecond(1_781_080_794);
  private final Semaphore arrived = new Semaphore(0);
  private final CallbackTokens tokens = new CallbackTokens(KEY, ACCOUNTS.keySet());

  private CallbackServer(Vertx vertx, int hintsMax) throws TimeoutException {
    Bus bus = Bus.install(vertx);
    bus.subscribe(Addresses.TASKS_HINTED, this::keep).await(20, TimeUnit.SECONDS);
    CallbackConfig config = new CallbackConfig(Optional.empty(), false, BODY_LIMIT, hintsMax);
    http =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new CallbackRoutes(config, ACCOUNTS, tokens, bus, () -> now, results::add)));
  }

  static CallbackServer start(Vertx vertx) throws TimeoutException {
    return start(vertx, 1_000);
  }

  static CallbackServer start(Vertx vertx, int hintsMax) throws TimeoutException {
    return new CallbackServer(vertx, hintsMax);
  }

  static UUID attempt(int number) {
    return new UUID(7, number);
  }

  String path(int attempt, String account) {
    return CallbackUrls.PATH + tokens.mint(new Grant(attempt(attempt), account));
  }

  HttpResponse<Buffer> post(String path, String body, String... headers) {
    HttpRequest<Buffer> request = http.client().post(path);
    for (int i = 0; i < headers.length; i += 2) {
      request.putHeader(headers[i], headers[i + 1]);
    }
    return TestServer.await(request, Buffer.buffer(body));
  }

  /** All that was hinted at, in order, with repetitions. */
  List<UUID> hinted() {
    return messages.stream().flatMap(message -> message.attempts().stream()).toList();
  }

  /** The same, once that many were named. */
  List<UUID> awaitHinted(int count) {
    try {
      assertThat(arrived.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
    return hinted();
  }

  long count(CallbackResult result) {
    return results.stream().filter(result::equals).count();
  }

  private void keep(TasksHinted message) {
    messages.add(message);
    arrived.release(message.attempts().size());
  }

  @Override
  public void close() {
    http.close();
  }
}
