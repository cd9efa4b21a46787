package dev.backlot.facade;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.http.CallAnswer;
import dev.backlot.http.CallJson;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Kling's calls that are answered at once. They alone wait for the provider inside the request.
 * Callable from any event loop.
 */
final class AtOnce {
  private final CallMaker maker;
  private final CallFilePaths files;

  AtOnce(CallMaker maker, CallFilePaths files) {
    this.maker = maker;
    this.files = files;
  }

  /** Checks it and sends nothing yet: see {@link CallMaker}. Takes long for a large body. */
  Supplier<Future<CallAnswer>> read(Principal caller, CallKind kind, Map<String, ?> body) {
    return maker.read(caller, kind.name(), body);
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
