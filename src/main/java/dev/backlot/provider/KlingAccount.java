package dev.backlot.provider;

import dev.backlot.config.AccountConfig;
import dev.backlot.config.AccountConfig.Lookup;
import dev.backlot.config.ProviderConfig;
import dev.backlot.config.ProviderConfig.Deadlines;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.port.VideoProvider.Together;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The connections of one account. Creates and queries have a pool each, so that a hanging create
 * never delays a query. Each pool is bounded, and so is its queue: a request beyond both is never
 * sent. Shared by all event loops.
 */
final class KlingAccount {
  /** With the default of 32 connections, more than dispatch ever has under way by default. */
  static final int WAITING_PER_CONNECTION = 16;

  private static final int KEEP_ALIVE_SECONDS = 20;
  private static final int HTTP2_STREAMS_PER_CONNECTION = 32;
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final AccountConfig config;
  private final KlingTokens tokens;
  private final Deadlines deadlines;
  private final int answerSize;
  private final HttpClient creates;
  private final HttpClient queries;

  KlingAccount(Vertx vertx, InstantSource clock, AccountConfig config, ProviderConfig provider) {
    this.vertx = vertx;
    this.config = config;
    this.tokens = new KlingTokens(config.credential(), clock);
    this.deadlines = provider.deadlines();
    this.answerSize = provider.answerSize();
    this.creates = client(provider.createConnections());
    this.queries = client(provider.queryConnections());
  }

  AccountConfig.Lookup lookup() {
    return config.lookup();
  }

  boolean speaks(String dialect) {
    return config.speaks(dialect);
  }

  /** {@code GET /tasks} shows legacy tasks as well, to who has an API key (section 1). */
  Together together(String dialect) {
    return !dialect.equals(Dialect.LEGACY.text()) || lookup() == Lookup.TASKS
        ? Together.BY_ID
        : Together.BY_LIST;
  }

  boolean signsTokens() {
    return tokens.areSigned();
  }

  /** Sends a create. The reply never fails; what comes within the grace goes to {@code late}. */
  Future<Reply> post(
      String path,
      RequestBody body,
      BooleanSupplier permit,
      Consumer<Reply> late,
      Deadline deadline) {
    RequestOptions options =
        options(HttpMethod.POST, path, deadlines.create())
            .putHeader(HttpHeaders.CONTENT_TYPE, JSON);
    return new Exchange(
            vertx, body, answerSize, deadlines.late(), permit, late, KlingPayloads::reply)
        .run(creates, options, deadline);
  }

  /**
   * Sends what is answered at once. The reply never fails; what comes within the grace goes to
   * {@code late}.
   *
   * @param answerBytes most bytes of its answer
   */
  Future<Reply> call(
      HttpMethod method,
      String path,
      RequestBody body,
      int answerBytes,
      BooleanSupplier permit,
      Consumer<Reply> late,
      Deadline deadline) {
    RequestOptions options = options(method, path, deadlines.create());
    if (method.equals(HttpMethod.POST)) {
      options.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
    }
    return new Exchange(
            vertx, body, answerBytes, deadlines.late(), permit, late, KlingPayloads::reply)
        .run(creates, options, deadline);
  }

  /** Asks a question that needs a body. The reply never fails. */
  Future<Reply> search(String path, String body, Deadline deadline) {
    RequestOptions options =
        options(HttpMethod.POST, path, deadlines.query()).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
    return new Exchange(
            vertx,
            RequestBody.of(body),
            answerSize,
            Duration.ZERO,
            () -> true,
            late -> {},
            KlingPayloads::reply)
        .run(queries, options, deadline);
  }

  /** Asks a question. The reply never fails. */
  Future<Reply> get(String pathAndQuery, Deadline deadline) {
    return get(pathAndQuery, KlingPayloads::reply, deadline);
  }

  /**
   * @param reader makes a reply of the answer's bytes
   */
  Future<Reply> get(String pathAndQuery, Function<byte[], Reply> reader, Deadline deadline) {
    RequestOptions options = options(HttpMethod.GET, pathAndQuery, deadlines.query());
    return new Exchange(
            vertx, RequestBody.NONE, answerSize, Duration.ZERO, () -> true, late -> {}, reader)
        .run(queries, options, deadline);
  }

  Future<Void> close() {
    return Future.join(creates.close(), queries.close()).mapEmpty();
  }

  /**
   * The time-out here only takes a request out of the pool's queue; the deadline is what counts.
   */
  private RequestOptions options(HttpMethod method, String pathAndQuery, Duration limit) {
    URI base = config.baseUri();
    return new RequestOptions()
        .setMethod(method)
        .setSsl(isTls())
        .setHost(base.getHost())
        .setPort(base.getPort() >= 0 ? base.getPort() : isTls() ? 443 : 80)
        .setURI(base.getRawPath() + pathAndQuery)
        .setFollowRedirects(false)
        .setConnectTimeout(limit.toMillis())
        .putHeader(HttpHeaders.ACCEPT, JSON)
        .putHeader(HttpHeaders.AUTHORIZATION, tokens.authorization());
  }

  /** HTTP/2 by ALPN where offered. The keep-alive stays below what proxies usually keep. */
  private HttpClient client(int connections) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(Math.toIntExact(deadlines.connect().toMillis()))
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setHttp2MultiplexingLimit(HTTP2_STREAMS_PER_CONNECTION)
            .setProtocolVersion(isTls() ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
            .setUseAlpn(isTls());
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(connections)
            .setHttp2MaxSize(connections)
            .setMaxWaitQueueSize(connections * WAITING_PER_CONNECTION);
    return vertx.httpClientBuilder().with(options).with(pool).build();
  }

  private boolean isTls() {
    return "https".equals(config.baseUri().getScheme());
  }
}
