package dev.backlot.results;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Optional;

/** What the tenant's conditional headers ask for (RFC 9110, sections 13 and 14). */
final class Conditions {
  private Conditions() {}

  /** The wanted part; empty for the whole file, also when If-Range names another file. */
  static Optional<ByteRange> range(HttpServerRequest request, String etag) {
    String ifRange = request.getHeader(HttpHeaderNames.IF_RANGE);
    if (ifRange != null && !ifRange.strip().equals(etag)) {
      return Optional.empty();
    }
    return ByteRange.parse(request.getHeader(HttpHeaderNames.RANGE));
  }

  /** Whether the tenant has this very file already. */
  static boolean isKnown(HttpServerRequest request, String etag) {
    String known = request.getHeader(HttpHeaderNames.IF_NONE_MATCH);
    return known != null
        && Arrays.stream(known.split(","))
            .map(String::strip)
            .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
  }
}
