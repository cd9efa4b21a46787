package dev.backlot.http;

import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives each request an id, sent back as {@code X-Request-Id}, named by its problem and by our log.
 * It is ours alone: an id chosen by a caller could be made to collide or to break a log line.
 */
public final class RequestIds {
  public static final String HEADER = "X-Request-Id";
  private static final String KEY = "backlot.request-id";

  private RequestIds() {}

  static void assign(RoutingContext ctx) {
    String id = newId();
    ctx.put(KEY, id);
    ctx.response().putHeader(HEADER, id);
    ctx.next();
  }

  /** The id of this request; made up now when the request was never given one. */
  public static String of(RoutingContext ctx) {
    String id = ctx.get(KEY);
    if (id != null) {
      return id;
    }
    String made = newId();
    ctx.put(KEY, made);
    return made;
  }

  static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
