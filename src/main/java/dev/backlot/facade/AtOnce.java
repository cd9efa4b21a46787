package dev.backlot.facade;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.Waiter;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.http.CallAnswer;
import dev.backlot.http.CallJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Kling's calls that are answered at once. They alone wait for the provider inside the request.
 * Callable from any event loop.
 */
final class AtOnce {
  /** No kind of job is named so. */
  private static final String CALLS = "call ";

  private final CallMaker maker;
  private final CallFilePaths files;
  private final LostReplies lost;
  private final SameRequests<CallAnswer> pending;

  AtOnce(CallMaker maker, CallFilePaths files, LostReplies lost, SameRequests<CallAnswer> pending) {
    this.maker = maker;
    this.files = files;
    this.lost = lost;
    this.pending = pending;
  }

  /**
   * A call that was checked.
   *
   * @param digest by which a repeat is known; null when none is looked for
   */
  record Read(
      TenantId tenant, @Nullable String digest, Function<Waiter, Future<CallAnswer>> made) {}

  /** Checks it and sends nothing yet: see {@link CallMaker}. Takes long for a large body. */
  Read read(Principal caller, CallKind kind, Map<String, ?> body) {
    String digest = null;
    if (lost.areLookedFor() && !kind.reads()) {
      digest = BodyDigest.of(caller.keyId(), CALLS + kind.name(), null, body);
    }
    return new Read(caller.tenant(), digest, maker.read(caller, kind.name(), body, digest));
  }

  /**
   * Makes it, once; or takes the place of one that is the same and under way, whose client is gone.
   * What has cost nothing is made anew.
   */
  Future<CallAnswer> make(Read read, CallReply reply) {
    if (read.digest() == null) {
      return read.made().apply(reply);
    }
    if (reply.isGone()) {
      return Future.failedFuture(new Refused(KlingCode.TIMEOUT));
    }
    return reply.orAnew(read.tenant(), read.digest(), () -> read.made().apply(reply));
  }

  CallReply reply(RoutingContext ctx) {
    return CallReply.of(ctx, lost, pending);
  }

  /** What the query of a call that only reads asks for. */
  static Map<String, Object> input(MultiMap query) {
    Map<String, Object> input = new LinkedHashMap<>();
    query.forEach(
        (name, value) ->
            input.put(name, value.matches("[0-9]{1,9}") ? (Object) Integer.valueOf(value) : value));
    return input;
  }

  /**
   * The {@code data} of its answer. Takes long for a large one.
   *
   * @param origin scheme and host by which the client reaches us
   */
  Object data(String origin, CallAnswer answer) {
    Object data =
        CallJson.result(
            answer,
            n ->
                answer instanceof CallAnswer.Made made
                    ? origin + files.path(made.call().tenant(), made.call().id(), n)
                    : "");
    return data == null ? new JsonObject() : data;
  }
}
