package dev.backlot.facade;

import dev.backlot.config.FacadeConfig;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.port.ClientTasks;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What clients are called with (Kling reference, section 10): the bare task, without an envelope,
 * in the dialect in which it was made, as a query would have answered when it came to its status.
 * Links to its files are made for each call, and so work however late it is. Callable from any
 * event loop.
 */
public final class TaskCallbacks {
  private final BiFunction<TenantId, Set<JobId>, Future<List<ClientTask>>> tasks;
  private final Backgrounds backgrounds;
  private final Supplier<Catalog> catalogs;
  private final FileLinks links;

  TaskCallbacks(
      BiFunction<TenantId, Set<JobId>, Future<List<ClientTask>>> tasks,
      Backgrounds backgrounds,
      Supplier<Catalog> catalogs,
      FileLinks links) {
    this.tasks = tasks;
    this.backgrounds = backgrounds;
    this.catalogs = catalogs;
    this.links = links;
  }

  public static TaskCallbacks of(
      FacadeConfig config, ClientTasks tasks, Supplier<Catalog> catalogs, FilePaths files) {
    return new TaskCallbacks(
        tasks::withIds,
        new Backgrounds(catalogs, tasks),
        catalogs,
        new FileLinks(config.publicUrl(), files));
  }

  /**
   * @param origin scheme and host by which the client has reached us
   * @param deliveries of jobs of the tenant
   * @return JSON text for each, by its position; fails when the store does
   */
  public Future<Map<Long, String>> of(TenantId tenant, String origin, List<Delivery> deliveries) {
    Set<JobId> jobs = deliveries.stream().map(Delivery::job).collect(Collectors.toSet());
    return tasks
        .apply(tenant, jobs)
        .compose(
            found ->
                backgrounds
                    .of(tenant, found)
                    .map(known -> bodies(deliveries, found, known, origin)));
  }

  private Map<Long, String> bodies(
      List<Delivery> deliveries,
      List<ClientTask> found,
      Map<JobId, Background> known,
      String origin) {
    Map<JobId, ClientTask> byId =
        found.stream().collect(Collectors.toMap(ClientTask::id, Function.identity()));
    Map<Long, String> bodies = new HashMap<>();
    for (Delivery delivery : deliveries) {
      ClientTask task =
          Optional.ofNullable(byId.get(delivery.job()))
              .orElseThrow(() -> new IllegalStateException("a job is gone that is to be told"));
      bodies.put(
          delivery.position(),
          body(delivery, task, known.getOrDefault(task.id(), Background.NONE), origin));
    }
    return bodies;
  }

  private String body(Delivery delivery, ClientTask task, Background background, String origin) {
    ClientTask then = task.at(EventTypes.state(delivery.type()), delivery.at());
    TaskJson.Files files = links.later(origin);
    return (isLegacy(task)
            ? TaskJson.legacy(then, background, files)
            : TaskJson.modern(then, background, files))
        .encode();
  }

  /** Kinds stay in the catalog for as long as there are jobs of them. */
  private boolean isLegacy(ClientTask task) {
    return catalogs.get().all().stream()
        .filter(kind -> kind.name().equals(task.kind()))
        .map(Kind::own)
        .anyMatch(own -> own.dialect() == Dialect.LEGACY);
  }
}
