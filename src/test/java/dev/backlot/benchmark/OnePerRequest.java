package dev.backlot.benchmark;

import dev.backlot.bus.Bus;
import dev.backlot.config.AppConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.ConfigSource;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.Authentication;
import dev.backlot.http.Contract;
import dev.backlot.http.HttpVerticle;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.intake.JobCommands;
import dev.backlot.intake.JobRoutes;
import dev.backlot.store.PgJobs;
import dev.backlot.store.PgKeys;
import dev.backlot.store.Pools;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A process with the service's own HTTP server, authentication, checks and prices, that stores each
 * request by itself: {@link StatementPerJob} in the place of the group commit. Arguments: a
 * directory for its secrets and the database's port. Prints its port, ends with its input.
 */
public final class OnePerRequest {
  private OnePerRequest() {}

  public static void main(String[] args) throws IOException {
    AppConfig config =
        AppConfig.load(
            new ConfigSource(
                Optional.empty(), List.of("data-directory=" + args[0], "http.port=0"), Map.of()));
    Vertx vertx = Vertx.vertx();
    Pool pool =
        Pools.create(vertx, Database.config(Integer.parseInt(args[1])), "backlot one per request");
    Contract contract = Await.result(Contract.load(vertx));
    Supplier<List<Routes>> routes = routes(config, vertx, pool, contract);
    int port = 0;
    for (int loop = 0; loop < Runtime.getRuntime().availableProcessors(); loop++) {
      HttpVerticle server = new HttpVerticle(config.http(), routes);
      Await.result(vertx.deployVerticle(server));
      port = server.actualPort();
    }
    System.out.println(port);
    System.in.readAllBytes();
    Await.result(vertx.close());
  }

  private static Supplier<List<Routes>> routes(
      AppConfig config, Vertx vertx, Pool pool, Contract contract) {
    SecureRandom random = new SecureRandom();
    InstantSource clock = InstantSource.system();
    Uuid7 ids = new Uuid7(clock, random);
    Bus bus = Bus.install(vertx);
    PgJobs jobs = new PgJobs(vertx, pool, random);
    JobCommands commands =
        new JobCommands(
            new CurrentCatalog(CatalogFiles.load()),
            Reach.everywhere(),
            config.intake(),
            ids,
            new StatementPerJob(pool)::store,
            jobs,
            bus,
            clock,
            JobRoutes.KEY_FIELD);
    return () ->
        List.of(
            new JobRoutes(
                new Authentication(new PgKeys(vertx, pool, random, UUID::randomUUID), clock),
                new RequestChecks(contract, config.http().bodyLimit()),
                commands,
                jobs));
  }
}
