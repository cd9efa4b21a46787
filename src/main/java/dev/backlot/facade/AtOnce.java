package dev.backlot.facade;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.http.CallAnswer;
import dev.backlot.http.CallJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

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

  AtOnce(CallMaker maker, CallFilePaths files, LostReplies lost) {
    this.maker = maker;
    this.files = files;
    this.lost = lost;
  }

  /** Checks it and sends nothing yet: see {@link CallMaker}. Takes long for a large body. */
  Function<Consumer<CallId>, Future<CallAnswer>> read(
      Principal caller, CallKind kind, Map<String, ?> body) {
    String digest = null;
    if (lost.areLookedFor() && !kind.reads()) {
      digest = BodyDigest.of(caller.keyId(), CALLS + kind.name(), null, body);
    }
    return maker.read(caller, kind.name(), body, digest);
  }

  CallReply reply(RoutingContext ctx) {
    return CallReply.of(ctx, lost);
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
