package dev.backlot.http;

import dev.backlot.config.HttpConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The real HTTP server on a free port, with the routes of a test, and a client for it. */
public final class TestServer implements AutoCloseable {
  public static final int BODY_LIMIT = 256 * 1024;
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 256;
  public static final String KEY = "blk_aaaaaaaaaaaa_secret-of-at-least-32-characters";

  private static @Nullable Contract contract;

  private final WebClient client;
  private final int port;

  private TestServer(WebClient client, int port) {
    this.client = client;
    this.port = port;
  }

  public static HttpConfig config(int port) {
    return new HttpConfig("127.0.0.1", port, Duration.ofSeconds(30), DRAIN, BODY_LIMIT, 16 * 1024);
  }

  /** Starts one server verticle; the routes get the checks of the real contract. */
  public static TestServer start(Vertx vertx, Function<RequestChecks, List<Routes>> routes)
      throws TimeoutException {
    Contract contract = contract(vertx);
    Supplier<List<Routes>> each = () -> routes.apply(new RequestChecks(contract, BODY_LIMIT));
    HttpVerticle server = new HttpVerticle(config(0), each);
    vertx.deployVerticle(server).await(20, TimeUnit.SECONDS);
    WebClientOptions options =
        new WebClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(server.actualPort());
    PoolOptions pool = new PoolOptions().setHttp1MaxSize(CONNECTIONS);
    return new TestServer(WebClient.create(vertx, options, pool), server.actualPort());
  }

  /** It never changes, so it is read once in a test JVM. */
  public static synchronized Contract contract(Vertx vertx) throws TimeoutException {
    if (contract == null) {
      contract = Contract.load(vertx).await(20, TimeUnit.SECONDS);
    }
    return contract;
  }

  public int port() {
    return port;
  }

  public WebClient client() {
    return client;
  }

  /** A request with the valid key. */
  public HttpRequest<Buffer> request(HttpMethod method, String path) {
    return client.request(method, path).bearerTokenAuthentication(KEY);
  }

  public HttpResponse<Buffer> get(String path) {
    return await(request(HttpMethod.GET, path));
  }

  public HttpResponse<Buffer> post(String path, JsonObject body) {
    return post(path, body.toBuffer());
  }

  public HttpResponse<Buffer> post(String path, Buffer body) {
    return await(
        request(HttpMethod.POST, path).putHeader("Content-Type", "application/json"), body);
  }

  public static HttpResponse<Buffer> await(HttpRequest<Buffer> request) {
    return await(request, Buffer.buffer());
  }

  public static HttpResponse<Buffer> await(HttpRequest<Buffer> request, Buffer body) {
    try {
      return request.sendBuffer(body).await(20, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
