package dev.backlot.results;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.backlot.config.ResultsConfig;
import dev.backlot.config.Secret;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.HostResolver;
import dev.backlot.http.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** Our server with the routes of this package, one job, and keys of two tenants. */
final class ResultServer implements AutoCloseable {
  static final String PATH = "/api/v1/jobs/" + OneJob.ID + "/outputs/0";
  static final String OTHERS_KEY = "blk_bbbbbbbbbbbb_secret";
  static final String SUBMIT_ONLY_KEY = "blk_cccccccccccc_secret";

  final FakeKeys keys =
      new FakeKeys()
          .add(OTHERS_KEY, new TenantId(new UUID(2, 2)), Set.of(Scope.values()))
          .add(SUBMIT_ONLY_KEY, FakeKeys.TENANT, Set.of(Scope.SUBMIT));
  final OneJob job = new OneJob(FakeKeys.TENANT);
  volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  final ResultStreams streams;
  final TestServer http;

  private ResultServer(Vertx vertx, ResultStreams streams) throws TimeoutException {
    this.streams = streams;
    LinkTokens links = new LinkTokens(new Secret("k".repeat(32)), Duration.ofMinutes(10));
    http =
        TestServer.start(
            vertx,
            checks -> {
              Authentication authentication = new Authentication(keys, () -> now);
              return List.of(
                  new ResultRoutes(
                      authentication,
                      job,
                      new NoCalls(),
                      (raw, n, watermark) ->
                          n == 0
                              ? Optional.of(watermark ? raw + "&watermark=1" : raw)
                              : Optional.empty(),
                      links,
                      streams,
                      () -> now),
                  new LinkRoutes(authentication, keys, job, links, () -> now));
            });
  }

  static {
    // Refused addresses are what these tests are about.
    ((Logger) LoggerFactory.getLogger(ResultStreams.class)).setLevel(Level.ERROR);
  }

  static ResultServer start(Vertx vertx, ResultsConfig config) throws TimeoutException {
    return new ResultServer(vertx, new ResultStreams(vertx, config));
  }

  static ResultServer start(
      Vertx vertx, ResultsConfig config, HttpClientOptions options, HostResolver resolver)
      throws TimeoutException {
    return new ResultServer(vertx, new ResultStreams(vertx, config, options, resolver));
  }

  HttpResponse<Buffer> get(String... headers) {
    return TestServer.await(with(http.request(HttpMethod.GET, PATH), headers));
  }

  HttpResponse<Buffer> head(String... headers) {
    return TestServer.await(with(http.request(HttpMethod.HEAD, PATH), headers));
  }

  /** Without any key. */
  HttpResponse<Buffer> getOpenly(String path) {
    return TestServer.await(http.client().get(path));
  }

  String link() {
    return http.post(PATH + "/link", Buffer.buffer()).bodyAsJsonObject().getString("url");
  }

  @Override
  public void close() {
    http.close();
  }

  private static HttpRequest<Buffer> with(HttpRequest<Buffer> request, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      request.putHeader(headers[i], headers[i + 1]);
    }
    return request;
  }
}
