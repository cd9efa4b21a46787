package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * Reads the bodies of batches. They are counted in the byte budget of large bodies, and decoded and
 * checked on its threads: ten thousand items would keep an event loop for too long. One instance
 * per event loop.
 */
public final class BatchBodies {
  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final LargeBodies large;
  private final BatchBody.Rules rules;
  private final long limit;

  /**
   * @param limit most bytes of a body; beyond it 413
   * @param itemLimit most bytes of one item, which is what a job of its own may have
   */
  public BatchBodies(Contract contract, LargeBodies large, long limit, int itemLimit) {
    this.large = large;
    this.limit = limit;
    this.rules =
        new BatchBody.Rules(rule(contract, "submitBatch"), rule(contract, "submitJob"), itemLimit);
  }

  private static SchemaRule rule(Contract contract, String operation) {
    return new SchemaRule(
        Objects.requireNonNull(
                contract.requests().operation(operation).getRequestBody().getContent().get(JSON))
            .getSchema(),
        contract.requests().getSchemaRepository());
  }

  /**
   * Reads the body of a caller that is authenticated, or answers: 415 for another media type, 411
   * without a length, 413, 408, 503 when there is no room for it now. The bytes stay taken until
   * {@code then} is done, even when the caller is gone.
   *
   * @param work off the event loop; what it throws is answered as a problem
   * @param then on the request's event loop; answers the request
   */
  public <T> void read(
      RoutingContext ctx, Function<BatchBody, T> work, Function<T, Future<?>> then) {
    if (ctx.response().closed()) {
      return;
    }
    try {
      boolean lines = isLines(ctx);
      long announced = RequestChecks.bytes(ctx.request().getHeader(HttpHeaderNames.CONTENT_LENGTH));
      checkLength(announced);
      BodyBudget.Share share =
          large
              .take(Authentication.principal(ctx).tenant(), announced)
              .orElseThrow(RequestChecks::noRoom);
      ctx.addEndHandler(answered -> share.letGo());
      new BodyReader(ctx, announced, tooLarge())
          .read(
              TIMEOUT.plusSeconds(announced >> 20),
              parts -> decode(ctx, lines, parts, share, work, then));
    } catch (BacklotException refused) {
      Problems.send(ctx, refused);
    }
  }

  private <T> void decode(
      RoutingContext ctx,
      boolean lines,
      List<Buffer> parts,
      BodyBudget.Share share,
      Function<BatchBody, T> work,
      Function<T, Future<?>> then) {
    share.hold();
    large
        .work(() -> work.apply(BatchBody.read(whole(parts), lines, rules)))
        .compose(then::apply)
        .onFailure(refused -> Problems.send(ctx, refused))
        .onComplete(done -> share.letGo());
  }

  private static Buffer whole(List<Buffer> parts) {
    Buffer whole = Buffer.buffer(parts.stream().mapToInt(Buffer::length).sum());
    parts.forEach(whole::appendBuffer);
    parts.clear();
    return whole;
  }

  private static boolean isLines(RoutingContext ctx) {
    String type = ctx.request().getHeader(HttpHeaderNames.CONTENT_TYPE);
    String bare = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!bare.equals(JSON) && !bare.equals(LINES)) {
      throw new BacklotException(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "Send 'Content-Type: " + JSON + "', or '" + LINES + "' with one item per line.");
    }
    return bare.equals(LINES);
  }

  private void checkLength(long announced) {
    if (announced < 0) {
      throw new BacklotException(
          ErrorCode.LENGTH_REQUIRED, "Send the body of a batch with a Content-Length.");
    }
    if (announced > limit) {
      throw tooLarge();
    }
  }

  private BacklotException tooLarge() {
    return new BacklotException(
        ErrorCode.BODY_TOO_LARGE,
        "The body of a batch may have at most " + limit + " bytes; pass images by URL.");
  }
}
