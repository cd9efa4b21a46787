package dev.backlot.port;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.credit.Credits;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The books of calls that are answered at once. Each is opened once, with what it costs reserved in
 * the same commit, and closed once, with that settled or released in the same commit (promise P3).
 */
public interface Calls {
  /** What became of opening a call. */
  sealed interface Opening {
    /**
     * It may be sent now.
     *
     * @param number its public one
     */
    record Opened(long number) implements Opening {}

    /** The key belongs to this call, which asked for the same: nothing was opened. */
    record Known(Call call) implements Opening {}

    /** The key belongs to a call that asked for something else: nothing was opened. */
    record KeyReused() implements Opening {}

    /** One that is the same has not been answered: nothing was opened. */
    record Repeated() implements Opening {}

    /** Nothing was opened. */
    record TooLittleCredit(Credits available) implements Opening {}
  }

  /**
   * Opens a call. From this commit on it may have been sent, whatever becomes of its node. Fails
   * with {@code OUTCOME_UNKNOWN} when it may be open: then it must not be sent.
   */
  Future<Opening> open(NewCall call, Instant now);

  /**
   * Closes an open call, whoever has opened it. What is settled is never more than what was
   * reserved; what the provider took beyond is booked as drift.
   *
   * @return false when it had been closed before: nothing was written
   */
  Future<Boolean> close(CallId id, CallEnd end, Instant now);

  /**
   * Keeps what an answer says that came when the call was closed as unknown: it changes nothing but
   * helps to find the call in the bill.
   *
   * @param providerTaskId the provider's id of it; null when it gave none
   * @param providerCode the number of a refusal; 0 without one
   */
  Future<Void> tellLate(CallId id, @Nullable String providerTaskId, int providerCode);

  /**
   * Open calls of nodes whose lease has ended: nobody will close them, and they may have been sent.
   *
   * @param limit most of one answer
   */
  Future<List<Abandoned>> abandoned(int limit);

  /**
   * @param openedAt from then on it may have been sent
   */
  record Abandoned(CallId id, TenantId tenant, String call, String account, Instant openedAt) {}

  /** Empty for another tenant's. */
  Future<Optional<Call>> find(TenantId tenant, CallId id);

  /**
   * Newest first.
   *
   * @param cursor from the page before; null for the first. Fails with {@code INVALID_REQUEST} when
   *     it is not one of ours
   * @param limit 1 to 200
   */
  Future<Page<Call>> list(TenantId tenant, @Nullable String cursor, int limit);

  /**
   * The provider's answer, for our own eyes; empty when there is none, or none was kept, or the
   * call is another tenant's.
   */
  Future<Optional<String>> answer(TenantId tenant, CallId id);
}
