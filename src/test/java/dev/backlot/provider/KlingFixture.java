package dev.backlot.provider;

import dev.backlot.config.ProviderConfig;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.VideoProvider.ByExternalId;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A stub server, clients of it, and calls made on an event loop as in production. */
final class KlingFixture {
  static final String PATH = "/v1/videos/text2video";
  static final String ID = "inst0001-0197aaaa";
  static final Instant FIRST_SENT = Instant.ofEpochMilli(1_790_000_000_000L);
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  static final String PROMPT = "prompt-canary-4714";

  final Vertx vertx = Vertx.vertx();
  final KlingStub stub;

  /** The first outcome that was told late. */
  final CompletableFuture<SubmitOutcome> late = new CompletableFuture<>();

  KlingFixture() throws Exception {
    stub = get(new KlingStub(vertx).start());
  }

  void close() throws Exception {
    get(vertx.close());
  }

  KlingClient client(ProviderConfig config) {
    return new KlingClient(vertx, InstantSource.fixed(NOW), config);
  }

  Future<SubmitOutcome> start(KlingClient client, String externalId, BooleanSupplier permit) {
    String body = "{\"prompt\":\"" + PROMPT + "\",\"external_task_id\":\"" + externalId + "\"}";
    Create create =
        new Create(KlingConfigs.ACCOUNT, "legacy", PATH, externalId, body, false, "video");
    return onLoop(() -> client.create(create, permit, late::complete));
  }

  SubmitOutcome create(KlingClient client) throws Exception {
    return get(start(client, ID, () -> true));
  }

  TaskLookup query(KlingClient client, String taskId) throws Exception {
    ByTaskId task = new ByTaskId(KlingConfigs.ACCOUNT, "legacy", PATH, taskId);
    return get(onLoop(() -> client.query(task)));
  }

  TaskLookup lookUp(KlingClient client) throws Exception {
    return lookUp(client, "legacy", PATH, LookupBy.PATH);
  }

  TaskLookup lookUp(KlingClient client, String dialect, String path, LookupBy by) throws Exception {
    ByExternalId attempt =
        new ByExternalId(KlingConfigs.ACCOUNT, dialect, path, by, ID, FIRST_SENT);
    return get(onLoop(() -> client.lookUp(attempt)));
  }

  <T> Future<T> onLoop(Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    vertx.getOrCreateContext().runOnContext(go -> call.get().onComplete(promise));
    return promise.future();
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
