package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.backlot.domain.input.PartPlace;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What a request carries: nothing, one short text, or a text with long values put in their places.
 * Those go out slice by slice, as fast as the other side takes them, and are never copied as a
 * whole. Can be sent more than once, each time the same bytes. Immutable.
 */
final class RequestBody {
  static final RequestBody NONE = new RequestBody(List.of(), 0);

  private static final int SLICE = 64 << 10;
  private static final List<PartPlace> NO_PLACES = List.of();
  private static final byte[] QUOTE = {'"'};

  private final List<byte[]> pieces;
  private final long length;

  private RequestBody(List<byte[]> pieces, long length) {
    this.pieces = pieces;
    this.length = length;
  }

  static RequestBody of(Create create) {
    return of(create.body(), create.parts());
  }

  /**
   * @param parts what belongs in the places of the objects in the body
   */
  static RequestBody of(String body, List<byte[]> parts) {
    if (body.isEmpty()) {
      return NONE;
    }
    List<byte[]> pieces = new ArrayList<>();
    int written = 0;
    int n = 0;
    for (PartPlace place : parts.isEmpty() ? NO_PLACES : PartPlace.in(body)) {
      pieces.add((body.substring(written, place.start()) + '"').getBytes(UTF_8));
      pieces.add(parts.get(n++));
      pieces.add(QUOTE);
      written = place.end();
    }
    pieces.add(body.substring(written).getBytes(UTF_8));
    return new RequestBody(pieces, pieces.stream().mapToLong(piece -> piece.length).sum());
  }

  static RequestBody of(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new RequestBody(List.of(bytes), bytes.length);
  }

  /** Bytes. */
  long length() {
    return length;
  }

  /**
   * Starts to write.
   *
   * @param stopped whether the rest must not be written any more
   * @param written told when the last byte was handed over
   */
  Future<HttpClientResponse> send(
      HttpClientRequest request, BooleanSupplier stopped, Runnable written) {
    if (pieces.size() <= 1) {
      written.run();
      return pieces.isEmpty() ? request.send() : request.send(Buffer.buffer(pieces.get(0)));
    }
    request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    new Writing(request, stopped, written).go();
    return request.response();
  }

  /** One way of the pieces into one request. On its event loop. */
  private final class Writing {
    private final HttpClientRequest request;
    private final BooleanSupplier stopped;
    private final Runnable written;
    private int piece;
    private int at;

    private Writing(HttpClientRequest request, BooleanSupplier stopped, Runnable written) {
      this.request = request;
      this.stopped = stopped;
      this.written = written;
    }

    private void go() {
      while (piece < pieces.size()) {
        if (stopped.getAsBoolean()) {
          return;
        }
        if (request.writeQueueFull()) {
          request.drainHandler(room -> go());
          return;
        }
        request.write(next());
      }
      request.drainHandler(null);
      request.end();
      written.run();
    }

    private Buffer next() {
      byte[] bytes = pieces.get(piece);
      int size = Math.min(SLICE, bytes.length - at);
      Buffer slice = Buffer.buffer(size).appendBytes(bytes, at, size);
      at += size;
      if (at == bytes.length) {
        piece++;
        at = 0;
      }
      return slice;
    }
  }
}
