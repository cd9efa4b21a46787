package dev.backlot.stream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The JavaScript client and its types, for pages of any origin: both are public, and say nothing of
 * this installation.
 *
 * <p>The modules that it is written in are joined to one file: so no cache and no fleet of two
 * versions can mix them, and it can be copied.
 *
 * @param module {@code /client/backlot.js}
 * @param types {@code /client/backlot.d.ts}
 */
record ClientFiles(PageFile module, PageFile types) {
  private static final String FOLDER = "client/";

  /** Each after those that it imports. */
  private static final List<String> PARTS =
      List.of(
          "error.js",
          "message.js",
          "settings.js",
          "credential.js",
          "subscription.js",
          "turns.js",
          "event-stream.js",
          "socket.js",
          "connection.js",
          "core.js",
          "backlot.js");

  private static final String PUBLIC = PARTS.get(PARTS.size() - 1);
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .*\\n");
  private static final Pattern EXPORT = Pattern.compile("(?m)^export (?!\\{)");

  /** Short, because the address stays the same when the version changes. */
  private static final String CACHE = "public, max-age=300, stale-while-revalidate=3600";

  /** Reads them from the jar. Blocking, once at start. */
  static ClientFiles load() {
    String joined = PARTS.stream().map(ClientFiles::part).collect(Collectors.joining("\n"));
    return new ClientFiles(
        PageFile.of(Buffer.buffer(joined), "text/javascript; charset=utf-8"),
        PageFile.read(FOLDER + "backlot.d.ts", "text/plain; charset=utf-8"));
  }

  private static String part(String name) {
    String source = PageFile.text(FOLDER + name);
    String alone = IMPORT.matcher(source).replaceAll("").strip() + "\n";
    return name.equals(PUBLIC) ? alone : EXPORT.matcher(alone).replaceAll("");
  }

  void mount(Router router) {
    router.get("/client/backlot.js").handler(ctx -> send(ctx, module));
    router.get("/client/backlot.d.ts").handler(ctx -> send(ctx, types));
  }

  private static void send(RoutingContext ctx, PageFile file) {
    HttpServerResponse response =
        ctx.response()
            .putHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
            .putHeader("Cross-Origin-Resource-Policy", "cross-origin")
            .putHeader(HttpHeaderNames.CACHE_CONTROL, CACHE);
    file.answer(ctx.request(), response);
  }
}
