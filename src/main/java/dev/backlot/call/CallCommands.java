package dev.backlot.call;

import dev.backlot.call.Repeats.Repeat;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.call.CallState;
import dev.backlot.domain.call.NewCall;
import dev.backlot.domain.call.Waiter;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.Uses.Use;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.http.CallAnswer;
import dev.backlot.port.Calls;
import dev.backlot.port.Calls.Opening;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may have done with calls, in its own words or in those of the provider. Who it is
 * and its scope have been checked before. Callable from any event loop.
 */
public final class CallCommands {
  private final Supplier<Catalog> catalogs;
  private final UsedIds used;
  private final Accounts accounts;
  private final UnderWay underWay;
  private final Calls calls;
  private final Sending sending;
  private final Readings readings;
  private final Repeats repeats;
  private final NodeLease lease;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  CallCommands(
      Supplier<Catalog> catalogs,
      UsedIds used,
      Accounts accounts,
      UnderWay underWay,
      Calls calls,
      Sending sending,
      Readings readings,
      Repeats repeats,
      NodeLease lease,
      Supplier<UUID> ids,
      InstantSource clock) {
    this.catalogs = catalogs;
    this.used = used;
    this.accounts = accounts;
    this.underWay = underWay;
    this.calls = calls;
    this.sending = sending;
    this.readings = readings;
    this.repeats = repeats;
    this.lease = lease;
    this.ids = ids;
    this.clock = clock;
  }

  /** Finds what an input names of a tenant's earlier jobs and calls. */
  @FunctionalInterface
  public interface UsedIds {
    /**
     * @return with the account that made it; empty when nothing of it is ours. Fails with {@code
     *     INVALID_REQUEST} for what is not there, or is another tenant's
     */
    Future<Optional<Pinned>> find(TenantId tenant, List<Use> asked);
  }

  /**
   * A call that was checked and priced.
   *
   * @param input as the provider wants it, with the caller's ids
   * @param body of that input
   */
  record Asked(
      Principal caller,
      CallKind kind,
      Map<String, Object> input,
      CallBody body,
      List<Use> uses,
      @Nullable Price price,
      String priceVersion,
      NewCall.@Nullable Key key,
      @Nullable String replyDigest) {}

  /**
   * Checks and prices a call. Sends nothing. Takes long for a large body.
   *
   * @param key under which a repetition gets the same outcome; null for none
   * @throws dev.backlot.domain.BacklotException naming the member that is wrong
   */
  Asked read(Principal caller, String name, Map<String, ?> input, @Nullable String key) {
    return read(caller, name, input, key, null);
  }

  private Asked read(
      Principal caller,
      String name,
      Map<String, ?> input,
      @Nullable String key,
      @Nullable String replyDigest) {
    Catalog catalog = catalogs.get();
    CallKind kind = catalog.call(name);
    Map<String, Object> normal = kind.check(input);
    CallBody body = CallBody.of(normal);
    return new Asked(
        caller,
        kind,
        normal,
        body,
        kind.uses(normal),
        catalog.price(kind).orElse(null),
        catalog.priceVersion(),
        key == null ? null : new NewCall.Key(key, body.digest(name)),
        replyDigest);
  }

  /**
   * Makes a call: reserves what it costs, sends it once and closes it. Fails with why it was not
   * done, and with {@code CALL_OUTCOME_UNKNOWN} when nobody knows.
   */
  Future<CallAnswer> make(Asked asked) {
    return make(asked, Waiter.alone());
  }

  private Future<CallAnswer> make(Asked asked, Waiter waiter) {
    TenantId tenant = asked.caller().tenant();
    underWay.enter(tenant);
    return Future.succeededFuture(asked)
        .compose(each -> made(each, waiter))
        .onComplete(done -> underWay.leave(tenant));
  }

  /**
   * The same for callers that have no key, and may say more than anybody knows. Sends nothing yet.
   * Takes long for a large body.
   *
   * @param replyDigest by which a repeat is known when the answer is lost, SHA-256 in hex; null
   *     when none is looked for
   * @return makes the call, and tells first which it is, one that it repeats included; to be asked
   *     once, on an event loop
   * @throws BacklotException naming the member that is wrong
   */
  public Function<Waiter, Future<CallAnswer>> reading(
      Principal caller, String name, Map<String, ?> input, @Nullable String replyDigest) {
    Asked asked = read(caller, name, catalogs.get().call(name).known(input), null, replyDigest);
    return waiter -> make(asked, waiter);
  }

  private Future<CallAnswer> made(Asked asked, Waiter waiter) {
    if (asked.kind().reads()) {
      String account = accounts.able(null).get(0);
      return readings.read(asked.kind(), asked.input(), account, lease.permit());
    }
    String digest = asked.replyDigest();
    return digest == null
        ? anew(asked, waiter, null)
        : unlessRepeated(asked, repeats.repeat(asked.caller().tenant(), digest, waiter));
  }

  private Future<CallAnswer> unlessRepeated(Asked asked, Repeat repeat) {
    return repeats
        .answer(repeat)
        .compose(
            again ->
                again
                    .map(Future::succeededFuture)
                    .orElseGet(() -> anew(asked, repeat.waiter(), repeat)));
  }

  private Future<CallAnswer> anew(Asked asked, Waiter waiter, @Nullable Repeat repeat) {
    return find(asked).compose(pinned -> open(asked, pinned.orElse(null), waiter, repeat));
  }

  private Future<Optional<Pinned>> find(Asked asked) {
    return asked.uses().isEmpty()
        ? Future.succeededFuture(Optional.empty())
        : used.find(asked.caller().tenant(), asked.uses());
  }

  /**
   * @param repeat what it may repeat by the time when it is opened; null for nothing
   */
  private Future<CallAnswer> open(
      Asked asked, @Nullable Pinned pinned, Waiter waiter, @Nullable Repeat repeat) {
    BooleanSupplier permit = lease.permit();
    if (!permit.getAsBoolean()) {
      throw CallRefusals.noLease();
    }
    if (waiter.isGone()) {
      throw CallRefusals.nobodyWaits();
    }
    CallBody body = pinned == null ? asked.body() : CallBody.of(pinned.in(asked.input()));
    String account = underWay.begin(accounts.able(pinned));
    NewCall call = call(asked, account, repeat == null ? null : repeats.reply(repeat));
    return calls
        .open(call, clock.instant())
        .onFailure(failure -> releaseIfOpen(call.id(), failure, permit))
        .onSuccess(
            opening -> {
              if (opening instanceof Opening.Opened) {
                waiter.opened(call.id());
              }
            })
        .compose(opening -> opened(asked, pinned, call, body, permit, opening))
        .onComplete(done -> underWay.ended(account))
        .compose(
            answer ->
                answer.map(Future::succeededFuture).orElseGet(() -> lookAgain(asked, repeat)));
  }

  /** Another node was quicker with the same. */
  private Future<CallAnswer> lookAgain(Asked asked, @Nullable Repeat repeat) {
    Repeat known = Objects.requireNonNull(repeat);
    return repeats.pause().compose(waited -> unlessRepeated(asked, known));
  }

  private NewCall call(Asked asked, String account, NewCall.@Nullable Reply reply) {
    return new NewCall(
        new CallId(ids.get()),
        asked.caller().tenant(),
        asked.caller().keyId(),
        asked.kind().name(),
        account,
        lease.node(),
        lease.epoch(),
        asked.price(),
        asked.priceVersion(),
        asked.kind().targetOf(asked.input()).orElse(null),
        asked.key(),
        reply);
  }

  /** Every other failure says that nothing was stored: then there is nothing to look for. */
  private void releaseIfOpen(CallId id, Throwable failure, BooleanSupplier permit) {
    if (failure instanceof BacklotException known && known.code() == ErrorCode.OUTCOME_UNKNOWN) {
      sending.releaseLater(id, permit);
    }
  }

  /** Empty when it repeats one that has not been answered. */
  private Future<Optional<CallAnswer>> opened(
      Asked asked,
      @Nullable Pinned pinned,
      NewCall call,
      CallBody body,
      BooleanSupplier permit,
      Opening opening) {
    if (opening instanceof Opening.Opened) {
      return sending
          .send(call, asked.kind(), body, new Names(pinned, asked.uses()), permit)
          .compose(data -> done(call, data))
          .map(Optional::of);
    }
    if (opening instanceof Opening.Known known) {
      return replayed(known.call()).map(Optional::of);
    }
    if (opening instanceof Opening.Repeated) {
      return Future.succeededFuture(Optional.empty());
    }
    if (opening instanceof Opening.TooLittleCredit poor && asked.price() != null) {
      throw CallRefusals.tooLittleCredit(asked.price(), poor.available());
    }
    throw CallRefusals.keyReused();
  }

  private Future<CallAnswer> replayed(Call call) {
    if (call.state() != CallState.SUCCEEDED) {
      throw CallRefusals.of(call);
    }
    return calls
        .answer(call.tenant(), call.id())
        .map(data -> new CallAnswer.Made(call, data.orElse(null), true));
  }

  /** It is paid: whatever our books say now, the failure must not be one after which it is anew. */
  private Future<CallAnswer> done(NewCall call, String data) {
    return calls
        .find(call.tenant(), call.id())
        .<CallAnswer>map(found -> new CallAnswer.Made(found.orElseThrow(), data, false))
        .recover(failure -> Future.failedFuture(CallRefusals.unknown(call.id())));
  }

  /**
   * @param id what is no id names no call, like an id of another tenant
   */
  Future<CallAnswer> find(TenantId tenant, String id) {
    return CallId.parse(id)
        .map(call -> calls.find(tenant, call))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .map(found -> found.orElseThrow(CallRefusals::notFound))
        .compose(
            call ->
                calls
                    .answer(tenant, call.id())
                    .map(data -> new CallAnswer.Made(call, data.orElse(null), false)));
  }

  Future<Page<Call>> list(TenantId tenant, @Nullable String cursor, int limit) {
    return calls.list(tenant, cursor, limit);
  }
}
