package dev.backlot.call;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallState;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.call.Waiter;
import dev.backlot.http.CallAnswer;
import dev.backlot.port.Calls;
import dev.backlot.port.ClientReplies;
import dev.backlot.port.ClientReplies.Unanswered;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Finds what a call repeats whose answer was lost: some clients send the same again when they are
 * not answered, or are told that nobody knows, and would pay twice. The first may still be under
 * way; then its outcome is waited for, for as long as a call may take. Callable from any event
 * loop.
 */
final class Repeats {
  private static final long PAUSE_MILLIS = 200;

  private final Vertx vertx;
  private final ClientReplies replies;
  private final Calls calls;
  private final Duration window;
  private final Duration timeout;
  private final InstantSource clock;

  /** Who repeats what, perhaps, and since when it is waited for. */
  record Repeat(TenantId tenant, String digest, Waiter waiter, Instant since) {}

  /**
   * @param window after the loss of an answer in which it is given again
   * @param timeout most that a call takes
   */
  Repeats(
      Vertx vertx,
      ClientReplies replies,
      Calls calls,
      Duration window,
      Duration timeout,
      InstantSource clock) {
    this.vertx = vertx;
    this.replies = replies;
    this.calls = calls;
    this.window = window;
    this.timeout = timeout;
    this.clock = clock;
  }

  Repeat repeat(TenantId tenant, String digest, Waiter waiter) {
    return new Repeat(tenant, digest, waiter, clock.instant());
  }

  /**
   * What the first was answered. Empty when there is none, or when it has cost nothing and may as
   * well be made anew. Fails with {@code CALL_OUTCOME_UNKNOWN} like the first.
   */
  Future<Optional<CallAnswer>> answer(Repeat repeat) {
    return look(repeat)
        .compose(
            first ->
                first.isEmpty() || first.get().state() == CallState.FAILED
                    ? Future.succeededFuture(Optional.empty())
                    : again(first.get(), repeat.waiter()));
  }

  /** By which the call is opened, unless there is another one by then. */
  NewCall.Reply reply(Repeat repeat) {
    Instant since = isOver(repeat) ? null : clock.instant().minus(window);
    return new NewCall.Reply(repeat.digest(), since, repeat.waiter().beside());
  }

  /** Before it is looked for once more. */
  Future<Void> pause() {
    return vertx.timer(PAUSE_MILLIS).mapEmpty();
  }

  private Future<Optional<CallAnswer>> again(Call first, Waiter waiter) {
    waiter.opened(first.id());
    if (first.state() != CallState.SUCCEEDED) {
      throw CallRefusals.unknown(first.id());
    }
    return calls
        .answer(first.tenant(), first.id())
        .recover(failure -> Future.failedFuture(CallRefusals.unknown(first.id())))
        .map(
            data -> {
              if (data.isEmpty() && first.asset() != null) {
                throw CallRefusals.unknown(first.id());
              }
              return data.map(kept -> new CallAnswer.Made(first, kept, true));
            });
  }

  /** The call whose answer was lost; open when it takes too long. */
  private Future<Optional<Call>> look(Repeat repeat) {
    return replies
        .takeLostCall(
            repeat.tenant(), repeat.digest(), window, repeat.waiter().beside(), clock.instant())
        .compose(lost -> lost.isPresent() ? taken(repeat, lost.get()) : unanswered(repeat));
  }

  /** It is this one's to lose from now on. */
  private Future<Optional<Call>> taken(Repeat repeat, CallId id) {
    repeat.waiter().opened(id);
    return closed(repeat, id);
  }

  private Future<Optional<Call>> unanswered(Repeat repeat) {
    return replies
        .unanswered(
            repeat.tenant(), repeat.digest(), window, repeat.waiter().beside(), clock.instant())
        .compose(
            found ->
                found.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : beside(repeat, found.get()));
  }

  /**
   * This node does not know whether anybody waits for it, and whoever does may want this one beside
   * it: then the end decides.
   */
  private Future<Optional<Call>> beside(Repeat repeat, Unanswered first) {
    if (first.isUnknown()) {
      return calls.find(repeat.tenant(), first.id());
    }
    return isOver(repeat)
        ? Future.succeededFuture(Optional.empty())
        : pause().compose(waited -> look(repeat));
  }

  private Future<Optional<Call>> closed(Repeat repeat, CallId id) {
    return calls
        .find(repeat.tenant(), id)
        .compose(
            found ->
                found.isEmpty() || !isOpen(found.get()) || isOver(repeat)
                    ? Future.succeededFuture(found)
                    : pause().compose(waited -> closed(repeat, id)));
  }

  private static boolean isOpen(Call call) {
    return call.state() == CallState.OPEN;
  }

  private boolean isOver(Repeat repeat) {
    return !clock.instant().isBefore(repeat.since().plus(timeout));
  }
}
