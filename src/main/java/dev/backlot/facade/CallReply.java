package dev.backlot.facade;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.Waiter;
import dev.backlot.http.CallAnswer;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notes whether the answer to one call arrives: its client may be gone long before there is one.
 * Confined to the event loop of its request.
 */
final class CallReply implements Waiter {
  private final LostReplies lost;
  private final PendingRequest<CallAnswer> pending;
  private @Nullable CallId call;

  private CallReply(LostReplies lost, PendingRequest<CallAnswer> pending) {
    this.lost = lost;
    this.pending = pending;
  }

  static CallReply of(RoutingContext ctx, LostReplies lost, SameRequests<CallAnswer> same) {
    CallReply reply = new CallReply(lost, PendingRequest.of(ctx, same));
    ctx.addEndHandler(
        ended -> {
          // As for any pending request: behind an answer its write tells.
          if (ended.failed() && !ctx.response().ended()) {
            reply.pending.left();
            reply.noteLoss();
          }
        });
    return reply;
  }

  /** Its client is gone, and nobody is in its place: then other nodes may have it, too. */
  private void noteLoss() {
    if (call != null && pending.isGone()) {
      lost.lost(call.value());
    }
  }

  @Override
  public boolean isGone() {
    return pending.isGone();
  }

  /** What the first of its like came to whose client is gone, unless that has cost nothing. */
  Future<CallAnswer> orAnew(TenantId tenant, String digest, Supplier<Future<CallAnswer>> anew) {
    pending.enter(tenant, digest);
    Future<CallAnswer> made =
        pending
            .orphan()
            .compose(
                orphan ->
                    orphan
                        .map(
                            first ->
                                first.onSuccess(this::given).recover(none -> unless(none, anew)))
                        .orElseGet(anew));
    pending.made(made);
    return made;
  }

  private void given(CallAnswer answer) {
    if (answer instanceof CallAnswer.Made first) {
      opened(first.call().id());
    }
  }

  private static Future<CallAnswer> unless(Throwable failure, Supplier<Future<CallAnswer>> anew) {
    return isUnknown(failure) ? Future.failedFuture(failure) : anew.get();
  }

  @Override
  public void opened(CallId id) {
    if (!lost.areLookedFor()) {
      return;
    }
    call = id;
    pending.makes(id.value());
    noteLoss();
  }

  @Override
  public Set<UUID> beside() {
    return pending.beside();
  }

  /**
   * @param written fails when the client is gone
   */
  void answered(Future<Void> written) {
    written.onFailure(gone -> pending.left());
    if (call == null || pending.isAdopted()) {
      pending.close();
      return;
    }
    lost.answered(call.value(), written).onComplete(noted -> pending.close());
  }

  /**
   * A failure is an answer to nobody: what was paid all the same must not be paid by its repeat.
   * What has failed for good is given to no repeat, see {@link LostReplies}.
   */
  void failed() {
    if (call == null || pending.isAdopted()) {
      pending.close();
      return;
    }
    lost.lost(call.value()).onComplete(noted -> pending.close());
  }

  private static boolean isUnknown(Throwable failure) {
    return failure instanceof BacklotException known
        && known.code() == ErrorCode.CALL_OUTCOME_UNKNOWN;
  }
}
