package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault.Kind;
import dev.backlot.config.SimulatorFault.Leave;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Kling's envelope (reference, section 2.4), and all the ways in which it does not arrive. */
final class Answers {
  private static final int TRICKLES = 40;

  private final Vertx vertx;
  private final SplittableRandom random;

  Answers(Vertx vertx, long seed) {
    this.vertx = vertx;
    this.random = new SplittableRandom(seed);
  }

  void succeed(HttpServerResponse response, Object data, Mishaps mishaps) {
    JsonObject envelope = envelope(0, "SUCCEED").put("data", data);
    send(response, 200, envelope, mishaps);
  }

  void refuse(HttpServerResponse response, Refusal refusal, Mishaps mishaps) {
    refuse(response, refusal.status(), refusal.error().code(), refusal.text(), mishaps);
  }

  void refuse(HttpServerResponse response, int status, int code, String text, Mishaps mishaps) {
    send(response, status, envelope(code, text), mishaps);
  }

  /** Carries out a mishap that comes first. */
  void misbehave(HttpServerResponse response, Mishap mishap) {
    switch (mishap.kind()) {
      case ERROR -> refuse(response, refusal(mishap.code()).error(), mishap);
      case MODERATE -> refuse(response, KlingError.CONTENT_POLICY, mishap);
      case BROKEN -> breakDown(response, mishap.status());
      case RESET -> leave(response, Leave.CLOSE);
      case HANG -> leave(response, Leave.HANG);
      default -> throw new IllegalArgumentException(mishap.kind() + " does not come first");
    }
  }

  private void refuse(HttpServerResponse response, KlingError error, Mishap mishap) {
    refuse(response, new Refusal(error, mishap.wordsOr(error.message())), Mishaps.NONE);
  }

  /** No answer. A hanging connection ends with its client or the server's idle time-out. */
  void leave(HttpServerResponse response, Leave leave) {
    if (leave == Leave.CLOSE) {
      response.reset();
    }
  }

  /** Sends a complete body now, slowly or in small pieces; its headers are already set. */
  void deliver(HttpServerResponse response, Buffer body, Mishaps mishaps) {
    Mishap trickle = mishaps.of(Kind.TRICKLE);
    if (trickle != null && body.length() > 0) {
      trickle(response, body, trickle.delay());
      return;
    }
    Mishap slow = mishaps.of(Kind.SLOW);
    if (slow != null && slow.delay() > 0) {
      vertx.setTimer(slow.delay(), timer -> response.end(body));
      return;
    }
    response.end(body);
  }

  /** A known code in its own words; a code the table does not have counts as internal. */
  static Refusal refusal(int code) {
    return new Refusal(KlingError.ofCode(code).orElse(KlingError.INTERNAL));
  }

  private void send(HttpServerResponse response, int status, JsonObject body, Mishaps mishaps) {
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    deliver(response, body.toBuffer(), mishaps);
  }

  private JsonObject envelope(int code, @Nullable String message) {
    // A UUID of version 4, as a strict reader of it expects.
    long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
    long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    String requestId = new UUID(high, low).toString();
    return new JsonObject().put("code", code).put("message", message).put("request_id", requestId);
  }

  private static void breakDown(HttpServerResponse response, int status) {
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html")
        .end("<html><body><h1>" + status + "</h1></body></html>");
  }

  private void trickle(HttpServerResponse response, Buffer body, long delay) {
    int piece = Math.max(1, body.length() / TRICKLES);
    response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
    int[] sent = {0};
    vertx.setPeriodic(
        Math.max(1, delay * piece / body.length()),
        timer -> {
          int end = Math.min(body.length(), sent[0] + piece);
          response.write(body.slice(sent[0], end));
          sent[0] = end;
          if (end == body.length() || response.closed()) {
            vertx.cancelTimer(timer);
            response.end();
          }
        });
  }
}
