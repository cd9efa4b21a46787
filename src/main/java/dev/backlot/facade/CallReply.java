package dev.backlot.facade;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.call.CallId;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Notes whether the answer to one call arrives: its client may be gone long before there is one.
 * Confined to the event loop of its request.
 */
final class CallReply {
  private final LostReplies lost;
  private @Nullable CallId call;
  private boolean isGone;

  private CallReply(LostReplies lost) {
    this.lost = lost;
  }

  static CallReply of(RoutingContext ctx, LostReplies lost) {
    CallReply reply = new CallReply(lost);
    ctx.addEndHandler(
        ended -> {
          if (ended.failed()) {
            reply.gone();
          }
        });
    return reply;
  }

  private void gone() {
    isGone = true;
    if (call != null) {
      lost.lost(call.value());
    }
  }

  /** It is in the books from now on. */
  void opened(CallId id) {
    if (!lost.areLookedFor()) {
      return;
    }
    call = id;
    if (isGone) {
      lost.lost(id.value());
    }
  }

  /**
   * @param written fails when the client is gone
   */
  void answered(Future<Void> written) {
    if (call != null) {
      lost.answered(call.value(), written);
    }
  }

  /** What was not done is no loss. That nobody knows is an answer to nobody, whoever reads it. */
  void failed(Throwable failure) {
    boolean isUnknown =
        failure instanceof BacklotException known && known.code() == ErrorCode.CALL_OUTCOME_UNKNOWN;
    if (call != null && !isUnknown) {
      lost.answered(call.value(), Future.succeededFuture());
    }
  }
}
