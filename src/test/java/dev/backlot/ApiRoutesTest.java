package dev.backlot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Bus;
import dev.backlot.call.CallDesk;
import dev.backlot.config.AppConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.ConfigSource;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.CommitGate;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.facade.PendingRequests;
import dev.backlot.http.LargeBodies;
import dev.backlot.http.TestServer;
import dev.backlot.intake.IntakeVerticle;
import dev.backlot.port.FakeProvider;
import dev.backlot.provider.GuardedProvider;
import dev.backlot.results.ResultStreams;
import dev.backlot.stream.Hubs;
import dev.backlot.stream.PageRoutes;
import dev.backlot.webhook.PostOffice;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiRoutesTest {
  private final Vertx vertx = Vertx.vertx();

  @TempDir Path directory;

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void the_development_profile_gives_the_page_its_session() throws Exception {
    assertThat(paths(Optional.of(new TenantId(new UUID(1, 1))))).contains("/dev/session");
  }

  @Test
  void without_a_demo_tenant_there_is_nothing_for_development_only() throws Exception {
    assertThat(paths(Optional.empty()))
        .contains("/api/v1/stream", "/api/v1/jobs")
        .noneMatch(path -> path.startsWith("/dev"));
  }

  private List<String> paths(Optional<TenantId> demo) throws Exception {
    AppConfig config =
        AppConfig.load(
            new ConfigSource(
                Optional.of(Path.of("conf/backlot.yaml")),
                List.of("data-directory=" + directory),
                Map.of()));
    ApiRoutes routes = routes(config, demo);
    return vertx
        .timer(1)
        .map(
            onLoop -> {
              Router router = Router.router(vertx);
              routes.get().forEach(group -> group.mount(router));
              return router.getRoutes().stream()
                  .map(Route::getPath)
                  .filter(Objects::nonNull)
                  .toList();
            })
        .await(20, TimeUnit.SECONDS);
  }

  /** The pool connects to nothing until it is asked. */
  private ApiRoutes routes(AppConfig config, Optional<TenantId> demo) throws Exception {
    InstantSource clock = InstantSource.system();
    Uuid7 ids = new Uuid7(clock, new Random(1));
    Bus bus = Bus.install(vertx);
    Storage storage =
        Storage.open(
            vertx,
            config.database(),
            config,
            new CommitGate(System::nanoTime),
            ids::next,
            new Random(2));
    return new ApiRoutes(
        config,
        storage,
        new CurrentCatalog(CatalogFiles.load()),
        TestServer.contract(vertx),
        new LargeBodies(vertx, config.http().largeBodies()),
        new IntakeVerticle(
            storage.admissions(), bus, config.intake(), Duration.ofSeconds(10), clock),
        new PendingRequests(),
        CallDesk.open(
            vertx,
            config.calls(),
            new CurrentCatalog(CatalogFiles.load()),
            (tenant, uses) -> Future.failedFuture("nothing is there"),
            List.of(),
            new GuardedProvider(
                vertx, bus, clock, new FakeProvider(), List.of(), config.provider().breaker()),
            (sending, permit, late) -> Future.failedFuture("nobody is called"),
            storage.calls(),
            storage.clientReplies(),
            Duration.ZERO,
            new NodeLease(new NodeId(ids.next()), Duration.ofSeconds(10), System::nanoTime),
            ids::next,
            clock),
        new ResultStreams(vertx, config.results()),
        new PostOffice(
            vertx,
            config.webhooks(),
            config.security().webhookKey(),
            (tenant, origin, deliveries) -> Future.failedFuture("nobody is told"),
            clock),
        new Hubs(),
        bus,
        new GuardedProvider(
            vertx,
            bus,
            clock,
            new FakeProvider(),
            List.of("simulator"),
            config.provider().breaker()),
        ids,
        new SimpleMeterRegistry(),
        clock,
        new RenderTimes(),
        PageRoutes.Files.load(),
        demo);
  }
}
