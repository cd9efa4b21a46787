package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.HttpConfig;
import dev.backlot.config.Secret;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.call.Waiter;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.net.WebAddress;
import dev.backlot.http.Authentication;
import dev.backlot.http.CallAnswer;
import dev.backlot.http.Contract;
import dev.backlot.http.LargeBodies;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.TestServer;
import dev.backlot.store.PgAccessKeys;
import dev.backlot.store.PgClientReplies;
import dev.backlot.store.PgClientTasks;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgDeductions;
import dev.backlot.store.PgKeys;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls by Kling's API whose bodies are too large for an event loop. */
class LargeCallsTest {
  private static final InstantSource CLOCK = InstantSource.system();

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(vertx);
  private final PgKeys keys = new PgKeys(vertx, database.pool(), new Random(1), UUID::randomUUID);
  private final LargeBodies large =
      new LargeBodies(vertx, new HttpConfig.LargeBodies(8 << 20, 16 << 20));
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    keys.install("acme", TestServer.KEY, Set.of(Scope.values()), CLOCK.instant())
        .await(20, TimeUnit.SECONDS);
    Contract contract = TestServer.contract(vertx);
    server =
        TestServer.start(
            vertx,
            small -> List.of(routes(new RequestChecks(contract, TestServer.BODY_LIMIT, large))));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    database.close();
    large.close().await(20, TimeUnit.SECONDS);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private FacadeRoutes routes(RequestChecks checks) {
    return FacadeRoutes.of(
        FacadeNodes.config(Duration.ofSeconds(20), Duration.ZERO),
        new CurrentCatalog(CatalogFiles.load()),
        new Authentication(keys, CLOCK),
        new PgAccessKeys(
            vertx,
            database.pool(),
            new Secret("a sealing key of 32 characters.."),
            new SecureRandom(),
            UUID::randomUUID),
        checks,
        (caller, job) -> {
          throw new AssertionError("no creates here");
        },
        WebAddress::problem,
        submission -> Future.failedFuture("no creates here"),
        new PgClientTasks(database.pool()),
        new PgClientReplies(database.pool()),
        new PendingRequests(),
        new PgCreditLedger(vertx, database.pool(), new Random(2)),
        new PgDeductions(database.pool()),
        (tenant, job, n, watermark) -> "/file",
        this::read,
        (tenant, call, n) -> "/file",
        CLOCK);
  }

  private Function<Waiter, Future<CallAnswer>> read(
      Principal caller, String call, Map<String, ?> input, @Nullable String replyDigest) {
    seen.add("read on a loop: " + Context.isOnEventLoopThread());
    return known -> {
      seen.add("made on a loop: " + Context.isOnEventLoopThread());
      return Future.failedFuture(new BacklotException(ErrorCode.OVERLOADED, "not now"));
    };
  }

  @Test
  void a_large_call_is_checked_off_the_event_loop_and_made_on_it() {
    JsonObject body = new JsonObject().put("image", "A".repeat(TestServer.BODY_LIMIT + 4));

    HttpResponse<Buffer> answer = server.post("/v1/videos/image-recognize", body);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(seen).containsExactly("read on a loop: false", "made on a loop: true");
  }
}
