package dev.backlot.stream;

import dev.backlot.http.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page at {@code /}: a few files out of the jar, from memory. A path that is not one of them is
 * not served, whatever it looks like.
 */
public final class PageRoutes implements Routes {
  private static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
          + " object-src 'none'";
  private static final String INDEX = "index.html";
  private static final Map<String, String> FILES =
      Map.of(
          INDEX,
          "text/html; charset=utf-8",
          "style.css",
          "text/css; charset=utf-8",
          "app.js",
          "text/javascript; charset=utf-8",
          "api.js",
          "text/javascript; charset=utf-8",
          "live.js",
          "text/javascript; charset=utf-8",
          "jobs.js",
          "text/javascript; charset=utf-8",
          "icon.svg",
          "image/svg+xml");

  private final Files files;
  private final String policy;

  /**
   * @param nodes that the page may use besides the one that it comes from
   */
  public PageRoutes(Files files, List<String> nodes) {
    this.files = files;
    this.policy = policy(nodes);
  }

  private static String policy(List<String> nodes) {
    if (nodes.isEmpty()) {
      return POLICY;
    }
    String http = String.join(" ", nodes);
    String sockets =
        nodes.stream()
            .map(node -> node.replaceFirst("^http", "ws"))
            .collect(Collectors.joining(" "));
    return POLICY + "; media-src 'self' " + http + "; connect-src 'self' " + http + " " + sockets;
  }

  /** The page's files and the client's with what is sent along. Immutable. */
  public record Files(Map<String, PageFile> byPath, ClientFiles client) {
    public Files {
      byPath = Map.copyOf(byPath);
    }

    /** Reads them from the jar. Blocking, once at start. */
    public static Files load() {
      Map<String, PageFile> byPath = new LinkedHashMap<>();
      FILES.forEach(
          (name, type) -> byPath.put("/" + name.replace(INDEX, ""), PageFile.read(name, type)));
      return new Files(byPath, ClientFiles.load());
    }
  }

  @Override
  public void mount(Router router) {
    files.byPath().forEach((path, file) -> router.get(path).handler(ctx -> send(ctx, file)));
    files.client().mount(router);
  }

  private void send(RoutingContext ctx, PageFile file) {
    HttpServerResponse response =
        ctx.response()
            .putHeader("Content-Security-Policy", policy)
            .putHeader("Cross-Origin-Opener-Policy", "same-origin")
            .putHeader("Cross-Origin-Resource-Policy", "same-origin")
            .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    file.answer(ctx.request(), response);
  }
}
