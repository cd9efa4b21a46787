package dev.backlot.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The contracts, for machines and for people. Public: it says nothing about an installation. The
 * page is made of the contract once, in plain HTML: nothing runs in it and nothing is fetched.
 */
public final class DocsRoutes implements Routes {
  private static final String STYLE = "/docs/style.css";

  /** What is said on the stream, as AsyncAPI. */
  private static final String STREAM = "/asyncapi/backlot-stream-v1.yaml";

  private static final String OWN_STYLE_ONLY =
      "default-src 'none'; style-src 'self'; frame-ancestors 'none'";

  private final Buffer yaml;
  private final Buffer json;
  private final Buffer page;
  private final Buffer style;
  private final Buffer stream;

  private DocsRoutes(Buffer yaml, Buffer json, Buffer page, Buffer style, Buffer stream) {
    this.yaml = yaml;
    this.json = json;
    this.page = page;
    this.style = style;
    this.stream = stream;
  }

  /** Renders the page. The result may be shared between event loops. */
  public static DocsRoutes of(Contract contract) {
    return new DocsRoutes(
        contract.yaml(),
        contract.document().toBuffer(),
        Buffer.buffer(DocsPage.render(contract.document())),
        resource("/web" + STYLE),
        resource(STREAM));
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/openapi.yaml").handler(ctx -> send(ctx, "application/yaml", yaml));
    router.get("/api/v1/openapi.json").handler(ctx -> send(ctx, "application/json", json));
    router.get("/api/v1/asyncapi.yaml").handler(ctx -> send(ctx, "application/yaml", stream));
    router.get("/docs").handler(ctx -> send(ctx, "text/html; charset=utf-8", page));
    router.get(STYLE).handler(ctx -> send(ctx, "text/css; charset=utf-8", style));
    router.get("/problems/:code").handler(DocsRoutes::explain);
  }

  private static void send(RoutingContext ctx, String type, Buffer content) {
    ctx.response()
        .putHeader(HttpHeaderNames.CONTENT_TYPE, type)
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .putHeader("Content-Security-Policy", OWN_STYLE_ONLY)
        .end(content);
  }

  /** The type of a problem is an address that explains it. */
  private static void explain(RoutingContext ctx) {
    String code = ctx.pathParam("code");
    if (!DocsPage.knows(code)) {
      ctx.fail(404);
      return;
    }
    ctx.response()
        .setStatusCode(302)
        .putHeader(HttpHeaderNames.LOCATION, "/docs#problem-" + code)
        .end();
  }

  private static Buffer resource(String path) {
    try (InputStream in = DocsRoutes.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + path);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
