package dev.backlot.http;

import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.Output;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call in the API's own form: nothing of the provider's, no link token. */
public final class CallJson {
  private CallJson() {}

  /** With the answer, its files at our own addresses. */
  public static JsonObject of(CallAnswer answer) {
    if (answer instanceof CallAnswer.Read read) {
      return new JsonObject().put("call", read.call()).put("result", read.data());
    }
    Call call = ((CallAnswer.Made) answer).call();
    return of(call).put("result", result(answer, n -> url(call.id(), n)));
  }

  /** Without its answer. */
  public static JsonObject of(Call call) {
    return new JsonObject()
        .put("id", call.id().toString())
        .put("call", call.call())
        .put("state", call.state().text())
        .put("asset", call.asset() == null ? null : call.asset().text())
        .put("cost", call.amount().toString())
        .put("charged", text(call.settled()))
        .put("price_version", call.priceVersion())
        .put("target", call.target())
        .put("error", error(call.error()))
        .put("reconciled", call.mark() == null ? null : call.mark().text())
        .put("opened_at", call.openedAt().toString())
        .put("closed_at", time(call.closedAt()));
  }

  /**
   * What the provider has answered, in our words; null when it was not kept.
   *
   * @param url of its files
   */
  public static @Nullable Object result(CallAnswer answer, AnswerTree.FileUrls url) {
    if (answer instanceof CallAnswer.Read read) {
      return read.data();
    }
    CallAnswer.Made made = (CallAnswer.Made) answer;
    String data = made.data();
    return data == null ? null : AnswerTree.shown(made, new JsonObject(data), url);
  }

  /** Where the tenant fetches a file: always our own address. */
  public static String url(CallId call, int n) {
    return "/api/v1/calls/" + call + "/outputs/" + n;
  }

  /** The provider's address of a file, never to be shown to a tenant; empty when there is none. */
  public static Optional<String> source(Call call, String data, int n) {
    return call.outputs().stream()
        .filter(output -> output.n() == n && output.isFile())
        .map(Output::place)
        .findFirst()
        .flatMap(place -> source(data, place));
  }

  private static Optional<String> source(String data, String place) {
    try {
      return AnswerTree.at(new JsonObject(data), place) instanceof String address
          ? Optional.of(address)
          : Optional.empty();
    } catch (DecodeException broken) {
      return Optional.empty();
    }
  }

  static String charged(Call call) {
    Credits settled = call.settled();
    return settled == null ? "0" : settled.toString();
  }

  private static @Nullable JsonObject error(@Nullable JobError error) {
    return error == null
        ? null
        : new JsonObject()
            .put("code", error.code().slug())
            .put("title", error.code().title())
            .put("detail", error.detail());
  }

  private static @Nullable String text(@Nullable Credits amount) {
    return amount == null ? null : amount.toString();
  }

  private static @Nullable String time(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }
}
