package dev.backlot.results;

import dev.backlot.config.ResultsConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One file, asked for at the provider. Carries nothing of the tenant's request but the range.
 * Redirects are followed here, at most {@link #REDIRECTS_MAX}, each address checked like the first.
 * Lives on the event loop of the tenant's request.
 */
final class OriginRequest {
  static final int REDIRECTS_MAX = 3;

  private final HttpClient client;
  private final SourceGuard guard;
  private final ResultsConfig config;
  private final Optional<ByteRange> range;
  private @Nullable HttpClientRequest current;
  private boolean canceled;

  OriginRequest(
      HttpClient client, SourceGuard guard, ResultsConfig config, Optional<ByteRange> range) {
    this.client = client;
    this.guard = guard;
    this.config = config;
    this.range = range;
  }

  /** The provider's answer, paused, whatever its status. */
  Future<HttpClientResponse> open(String url) {
    return hop(url, 0);
  }

  /** Breaks off, whatever is going on. An answer that was read to its end stays untouched. */
  void cancel() {
    canceled = true;
    abandon();
  }

  private Future<HttpClientResponse> hop(String url, int redirects) {
    return guard
        .check(url)
        .compose(source -> ask(source).compose(answer -> follow(source, answer, redirects)));
  }

  private Future<HttpClientResponse> ask(SourceGuard.Source source) {
    return client
        .request(options(source))
        .compose(this::send)
        .timeout(
            config.connectTimeout().plus(config.headersTimeout()).toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(slowOrBroken -> cancel());
  }

  private Future<HttpClientResponse> send(HttpClientRequest request) {
    current = request;
    if (canceled) {
      request.reset();
      return Future.failedFuture(new SourceGuard.Refused("no longer wanted"));
    }
    return request
        .send()
        .map(
            answer -> {
              // Read to its end there is nothing left to break off, and the connection may be kept.
              answer.end().onSuccess(whole -> current = null);
              // Breaking off is reported here too; without a handler Vert.x would log an error.
              answer.exceptionHandler(broken -> {});
              // The body waits until somebody takes it.
              return answer.pause();
            });
  }

  private Future<HttpClientResponse> follow(
      SourceGuard.Source source, HttpClientResponse answer, int redirects) {
    String location = answer.getHeader(HttpHeaderNames.LOCATION);
    boolean redirect =
        switch (answer.statusCode()) {
          case 301, 302, 303, 307, 308 -> true;
          default -> false;
        };
    if (!redirect || location == null) {
      return Future.succeededFuture(answer);
    }
    abandon();
    if (redirects == REDIRECTS_MAX) {
      return Future.failedFuture(new SourceGuard.Refused("too many redirects"));
    }
    return resolve(source.uri(), location).compose(next -> hop(next, redirects + 1));
  }

  private void abandon() {
    if (current != null) {
      current.reset();
      current = null;
    }
  }

  private RequestOptions options(SourceGuard.Source source) {
    RequestOptions options = new RequestOptions();
    options
        .setMethod(HttpMethod.GET)
        .setServer(SocketAddress.inetSocketAddress(source.address()))
        .setHost(source.host())
        .setPort(source.address().getPort())
        .setSsl(source.tls())
        .setURI(source.target())
        .setFollowRedirects(false)
        .setConnectTimeout(config.connectTimeout().toMillis())
        .putHeader(HttpHeaderNames.ACCEPT_ENCODING, "identity")
        .putHeader(HttpHeaderNames.USER_AGENT, "backlot");
    range.ifPresent(bytes -> options.putHeader(HttpHeaderNames.RANGE, bytes.toString()));
    return options;
  }

  private static Future<String> resolve(URI base, String location) {
    try {
      return Future.succeededFuture(base.resolve(location).toString());
    } catch (IllegalArgumentException broken) {
      return Future.failedFuture(new SourceGuard.Refused("a redirect to no address"));
    }
  }
}
