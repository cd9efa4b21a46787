package dev.backlot.results;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;

/**
 * What the provider's headers say of the bytes that follow, once it is clear that they agree with
 * what was asked and with one another.
 *
 * @param length bytes that follow; -1 when it was not said
 * @param content which part of the file they are; empty for all of it
 */
record FileHead(long length, Optional<ByteRange.Content> content) {
  private static final int LENGTH_DIGITS = 18;

  /** Empty when the headers contradict the request or announce more than {@code sizeMax} bytes. */
  static Optional<FileHead> of(HttpClientResponse answer, Optional<ByteRange> asked, long sizeMax) {
    long length = length(answer);
    String encoding = answer.getHeader(HttpHeaderNames.CONTENT_ENCODING);
    if (length > sizeMax || (encoding != null && !encoding.equalsIgnoreCase("identity"))) {
      return Optional.empty();
    }
    if (answer.statusCode() == 200) {
      return Optional.of(new FileHead(length, Optional.empty()));
    }
    return asked
        .flatMap(range -> range.answeredBy(answer.getHeader(HttpHeaderNames.CONTENT_RANGE)))
        .filter(content -> content.total() <= sizeMax)
        .filter(content -> length < 0 || length == content.length())
        .map(content -> new FileHead(content.length(), Optional.of(content)));
  }

  /** Size of the whole file; -1 when it was not said. */
  long total() {
    return content.map(ByteRange.Content::total).orElse(length);
  }

  int status() {
    return content.isPresent() ? 206 : 200;
  }

  private static long length(HttpClientResponse answer) {
    String header = answer.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    return header != null && header.matches("\\d{1," + LENGTH_DIGITS + "}")
        ? Long.parseLong(header)
        : -1;
  }
}
