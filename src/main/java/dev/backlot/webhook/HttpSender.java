package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.access.TenantId;
import dev.backlot.webhook.TargetGuard.Target;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Posts over HTTP/1.1 to where {@link TargetGuard} lets it. Redirects are not followed: the
 * signature is meant for this address. Of an answer only status and {@code Retry-After} count; its
 * body is read to a bound and thrown away, so that the connection may serve again, and a longer one
 * costs its connection. Thread-safe.
 */
final class HttpSender implements Sender {
  /** For the body of an answer, after its head. */
  static final Duration DRAIN = Duration.ofSeconds(1);

  private static final int BODY_MAX = 64 << 10;
  private static final int KEEP_ALIVE_SECONDS = 15;

  private final HttpClient client;
  private final TargetGuard guard;
  private final WebhooksConfig config;
  private final InstantSource clock;

  /**
   * @param options what a test adds, such as its own certificate authority
   */
  HttpSender(
      Vertx vertx,
      WebhooksConfig config,
      TargetGuard guard,
      HttpClientOptions options,
      InstantSource clock) {
    this.config = config;
    this.guard = guard;
    this.clock = clock;
    options
        .setProtocolVersion(HttpVersion.HTTP_1_1)
        .setKeepAlive(true)
        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
        .setForceSni(true);
    // As many as can be under way: nobody waits for a connection that somebody else holds.
    int most = config.endpointsAtOnce() * config.deliveriesAtOnce();
    this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(most));
  }

  @Override
  public Future<Outcome> send(
      TenantId tenant, String url, Map<String, String> headers, String body) {
    Exchange exchange = new Exchange();
    return guard
        .resolve(tenant, url)
        .compose(target -> client.request(options(target, headers)))
        .compose(request -> exchange.send(request, body))
        .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .transform(
            answered ->
                answered.succeeded()
                    ? exchange
                        .drain(answered.result(), BODY_MAX, DRAIN)
                        .map(done -> of(answered.result()))
                    : Future.succeededFuture(Outcome.without(exchange.broken(answered.cause()))));
  }

  private Outcome of(HttpClientResponse answer) {
    return Outcome.of(
        answer.statusCode(),
        RetryAfter.parse(answer.getHeader(HttpHeaderNames.RETRY_AFTER), clock.instant()));
  }

  private RequestOptions options(Target target, Map<String, String> headers) {
    RequestOptions options = new RequestOptions();
    options
        .setMethod(HttpMethod.POST)
        .setServer(SocketAddress.inetSocketAddress(target.address()))
        .setHost(target.host())
        .setPort(target.address().getPort())
        .setSsl(target.tls())
        .setURI(target.target())
        .setFollowRedirects(false)
        .setConnectTimeout(config.connectTimeout().toMillis())
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaderNames.ACCEPT_ENCODING, "identity")
        .putHeader(HttpHeaderNames.USER_AGENT, "backlot");
    headers.forEach(options::putHeader);
    return options;
  }
}
