package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import dev.backlot.port.ClientTasks;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The clips of earlier tasks with which tasks go on, as answers of the older dialect show them
 * (Kling reference, section 3): those that our books know. Callable from any event loop.
 */
final class Parents {
  private static final String VIDEO = "video";

  private final Supplier<Catalog> catalogs;
  private final BiFunction<TenantId, Set<Long>, Future<List<ClientTask>>> withNumbers;
  private final BiFunction<TenantId, Set<JobId>, Future<List<ClientTask>>> withIds;

  Parents(Supplier<Catalog> catalogs, ClientTasks tasks) {
    this(catalogs, tasks::withNumbers, tasks::withIds);
  }

  Parents(
      Supplier<Catalog> catalogs,
      BiFunction<TenantId, Set<Long>, Future<List<ClientTask>>> withNumbers,
      BiFunction<TenantId, Set<JobId>, Future<List<ClientTask>>> withIds) {
    this.catalogs = catalogs;
    this.withNumbers = withNumbers;
    this.withIds = withIds;
  }

  /**
   * @param task that has made it
   */
  record Parent(ClientTask task, Output video) {}

  /** Of those of these tasks that have one. Asks nothing when none of them uses anything. */
  Future<Map<JobId, Parent>> of(TenantId tenant, List<ClientTask> children) {
    Map<JobId, String> named = named(children);
    Set<Long> numbers = new HashSet<>();
    Set<JobId> ids = new HashSet<>();
    for (String id : named.values()) {
      OutputId.jobOf(id).ifPresent(numbers::add);
      JobId.parse(id).ifPresent(ids::add);
    }
    return Future.all(
            numbers.isEmpty() ? none() : withNumbers.apply(tenant, numbers),
            ids.isEmpty() ? none() : withIds.apply(tenant, ids))
        .map(
            found -> {
              List<ClientTask> all = new ArrayList<>(found.<List<ClientTask>>resultAt(0));
              all.addAll(found.<List<ClientTask>>resultAt(1));
              return parents(named, all);
            });
  }

  private static Future<List<ClientTask>> none() {
    return Future.succeededFuture(List.of());
  }

  /** What each names as its clip, in the words of its caller. */
  private Map<JobId, String> named(List<ClientTask> children) {
    if (children.stream().allMatch(child -> child.uses().isEmpty())) {
      return Map.of();
    }
    Map<String, String> pointers =
        catalogs.get().all().stream()
            .filter(kind -> kind.parent() != null)
            .collect(Collectors.toMap(Kind::name, kind -> "/" + kind.parent()));
    Map<JobId, String> named = new HashMap<>();
    for (ClientTask child : children) {
      String id = child.uses().get(pointers.getOrDefault(child.kind(), ""));
      if (id != null) {
        named.put(child.id(), id);
      }
    }
    return named;
  }

  private static Map<JobId, Parent> parents(Map<JobId, String> named, List<ClientTask> found) {
    Map<JobId, Parent> parents = new HashMap<>();
    named.forEach(
        (child, id) -> {
          Parent parent = parent(id, found);
          if (parent != null) {
            parents.put(child, parent);
          }
        });
    return parents;
  }

  private static @Nullable Parent parent(String id, List<ClientTask> found) {
    long number = OutputId.jobOf(id).orElse(0L);
    int n = OutputId.parse(id).map(OutputId::n).orElse(-1);
    for (ClientTask task : found) {
      if (task.number() == number || Objects.equals(task.id().toString(), id)) {
        return task.outputs().stream()
            .filter(output -> output.type().equals(VIDEO) && (n < 0 || output.n() == n))
            .findFirst()
            .map(video -> new Parent(task, video))
            .orElse(null);
      }
    }
    return null;
  }
}
