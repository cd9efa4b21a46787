package dev.backlot.call;

import dev.backlot.domain.call.CallEnd;
import dev.backlot.port.Calls;
import dev.backlot.port.Calls.Abandoned;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what dead nodes have left open. It is not known whether it was sent: to know, each call
 * would need a commit more, right before its first byte, and even that would only narrow the gap.
 * So all of it is unknown, and the bill decides.
 */
final class CallSweep {
  private static final Logger LOG = LoggerFactory.getLogger(CallSweep.class);
  private static final int BATCH = 100;

  private final Calls calls;
  private final InstantSource clock;

  CallSweep(Calls calls, InstantSource clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /** Harmless on several nodes at once. Answers whether there may be more. */
  Future<Boolean> look() {
    return calls.abandoned(BATCH).compose(this::close);
  }

  private Future<Boolean> close(List<Abandoned> all) {
    Future<Void> closed = Future.succeededFuture();
    for (Abandoned each : all) {
      closed = closed.compose(before -> close(each));
    }
    return closed.map(done -> all.size() == BATCH);
  }

  private Future<Void> close(Abandoned call) {
    return calls
        .close(call.id(), new CallEnd.Unknown(call.openedAt(), 0), clock.instant())
        .onSuccess(
            closed -> {
              if (closed) {
                LOG.atWarn()
                    .addKeyValue("callId", call.id())
                    .addKeyValue("call", call.call())
                    .addKeyValue("tenant", call.tenant())
                    .addKeyValue("account", call.account())
                    .log("outcome of a dead node's call unknown; it counts as spent");
              }
            })
        .mapEmpty();
  }
}
