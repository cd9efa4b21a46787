package dev.backlot.stream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of the jar, in memory.
 *
 * @param tag its ETag: a digest of the content, the same on every node
 */
record PageFile(Buffer content, String type, String tag) {

  /**
   * @param name under {@code /web/}. Blocking
   */
  static PageFile read(String name, String type) {
    return of(bytes(name), type);
  }

  static PageFile of(Buffer content, String type) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes());
      return new PageFile(content, type, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  /**
   * @param name under {@code /web/}. Blocking
   */
  static String text(String name) {
    return bytes(name).toString(StandardCharsets.UTF_8);
  }

  /** With the content, or without it for whoever has it already. */
  void answer(HttpServerRequest request, HttpServerResponse response) {
    response.putHeader(HttpHeaderNames.ETAG, tag);
    if (tag.equals(request.getHeader(HttpHeaderNames.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaderNames.CONTENT_TYPE, type).end(content);
  }

  private static Buffer bytes(String name) {
    try (InputStream in = PageFile.class.getResourceAsStream("/web/" + name)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: web/" + name);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
