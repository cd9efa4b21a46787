package dev.backlot.http;

import dev.backlot.config.HttpConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Bodies that are too large for an event loop: how many bytes of them this node holds, and the few
 * threads that decode them. One per node; thread-safe. What waits for a thread is bounded by the
 * budget: each body in it is at least as large as the limit of the others.
 */
public final class LargeBodies {
  /** More would only fight over the processors with the event loops. */
  private static final int THREADS = 2;

  private final HttpConfig.LargeBodies config;
  private final BodyBudget budget;
  private final WorkerExecutor workers;

  /**
   * @param config half of whose budget is the most that one tenant gets
   */
  public LargeBodies(Vertx vertx, HttpConfig.LargeBodies config) {
    this.config = config;
    this.budget = new BodyBudget(config.budget(), config.budget() / 2);
    this.workers = vertx.createSharedWorkerExecutor("bodies", THREADS);
  }

  /** Most bytes of one body. */
  long limit() {
    return config.limit();
  }

  Optional<BodyBudget.Share> take(TenantId tenant, long bytes) {
    return budget.take(tenant, bytes);
  }

  /** Bytes that are held now. Any thread. */
  public long taken() {
    return budget.taken();
  }

  /**
   * Off the event loop. Its strings of inputs may be parts.
   *
   * @param parts of the body; emptied
   * @param restLimit most bytes of what is left when the long strings are cut out
   * @param anywhere whether all of it is an input
   */
  Future<JsonObject> parse(List<Buffer> parts, int restLimit, boolean anywhere) {
    return work(() -> parsed(parts, restLimit, anywhere));
  }

  /** Off the event loop; the future completes on the loop that called. */
  <T> Future<T> work(Callable<T> work) {
    return workers.executeBlocking(work, false);
  }

  public Future<Void> close() {
    return workers.close();
  }

  /** Lets go of the parts one by one: the whole is a copy of them. */
  private static JsonObject parsed(List<Buffer> parts, int restLimit, boolean anywhere) {
    byte[] whole = new byte[parts.stream().mapToInt(Buffer::length).sum()];
    int filled = 0;
    for (int i = 0; i < parts.size(); i++) {
      Buffer part = parts.set(i, Buffer.buffer(0));
      part.getBytes(whole, filled);
      filled += part.length();
    }
    BodyCutter.Cut cut = BodyCutter.cut(whole);
    if (cut.rest().length() > restLimit) {
      // A string without an end or with odd bytes is not cut, and is not too large but broken.
      JsonBody.checkSyntax(cut.rest().getBytes());
      throw new BacklotException(
          ErrorCode.BODY_TOO_LARGE,
          "Without its images a body may have at most "
              + restLimit
              + " bytes. An image is plain base64, without escapes and line breaks.");
    }
    return JsonBody.parse(cut, anywhere);
  }
}
