package dev.backlot.results;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** The headers of a result file. All are ours; nothing is copied from the provider. */
final class ResultHeaders {
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence PRIVATE =
      HttpHeaders.createOptimized("private, max-age=3600, immutable");

  /** Lets a browser show the file in a tab of its own, and nothing else. */
  private static final CharSequence SHOW_ONLY =
      HttpHeaders.createOptimized(
          "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'");

  private ResultHeaders() {}

  /** What 200, 206 and 304 have in common. */
  static HttpServerResponse caching(HttpServerResponse response, String etag) {
    return response
        .putHeader(HttpHeaderNames.ETAG, etag)
        .putHeader(HttpHeaderNames.CACHE_CONTROL, PRIVATE);
  }

  /**
   * @param type from {@link MediaTypes}
   * @param length of what follows, or would follow a HEAD; -1 when it is not known
   */
  static HttpServerResponse describe(
      HttpServerResponse response, ResultFile file, String type, long length) {
    boolean shown = !type.equals(MediaTypes.UNKNOWN);
    String name = file.name();
    caching(response, file.etag())
        .putHeader(HttpHeaderNames.ACCEPT_RANGES, "bytes")
        .putHeader(HttpHeaderNames.CONTENT_TYPE, type)
        .putHeader("X-Content-Type-Options", NOSNIFF)
        .putHeader("Content-Security-Policy", SHOW_ONLY)
        .putHeader(
            HttpHeaderNames.CONTENT_DISPOSITION,
            (shown ? "inline" : "attachment")
                + "; filename=\""
                + name
                + MediaTypes.suffix(type)
                + "\"");
    if (length >= 0) {
      response.putHeader(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
    }
    return response;
  }
}
