package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.port.ClientTasks;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks tasks up, as clients ask for them (Kling reference, section 3.1). Callable from any loop.
 */
final class Queries {
  private static final int IDS_MAX = 20;
  private static final int PAGE_MAX = 1_000;
  private static final int PAGE_SIZE = 30;
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{17}");

  private static final String TOO_FAR =
      "pageNum is too far: lists end with the newest "
          + ClientTasks.MAX_LOOK
          + " tasks; POST /tasks finds older ones";

  private final ClientTasks tasks;

  Queries(ClientTasks tasks) {
    this.tasks = tasks;
  }

  /** Fails with {@link Refused} for what there is not: 400 and 1201, not 404. */
  Future<ClientTask> one(TenantId tenant, Kind kind, String id) {
    return tasks.find(tenant, kind.name(), id).map(found -> found.orElseThrow(() -> notFound(id)));
  }

  private static Refused notFound(String id) {
    return Refused.value("Task not found by id/external id: " + id);
  }

  /**
   * A page of the older dialect, among the newest jobs of the tenant. Throws {@link Refused}; fails
   * with it when nothing of the page is among those.
   */
  Future<List<ClientTask>> page(TenantId tenant, Kind kind, MultiMap query) {
    int number = number(query, "pageNum", 1, PAGE_MAX);
    int size = number(query, "pageSize", PAGE_SIZE, ClientTasks.MAX_PAGE);
    return tasks
        .newest(tenant, kind.name(), (number - 1) * size, size)
        .map(
            page -> {
              if (page.behind() != null && page.tasks().isEmpty() && number > 1) {
                throw Refused.value(TOO_FAR);
              }
              return page.tasks();
            });
  }

  /**
   * In the order in which they were asked for; what there is not is missing. Throws {@link
   * Refused}.
   */
  Future<List<ClientTask>> many(TenantId tenant, MultiMap query) {
    List<String> ids = ids(query, "task_ids");
    List<String> externalIds = ids(query, "external_task_ids");
    if (ids.isEmpty() == externalIds.isEmpty()) {
      throw Refused.value("exactly one of task_ids and external_task_ids is required");
    }
    if (ids.size() + externalIds.size() > IDS_MAX) {
      throw Refused.value("task_ids or external_task_ids cannot exceed 20 in total");
    }
    return externalIds.isEmpty()
        ? tasks
            .withNumbers(tenant, numbers(ids))
            .map(found -> inOrder(ids, found, task -> String.valueOf(task.number())))
        : tasks
            .withExternalIds(tenant, new HashSet<>(externalIds))
            .map(
                found ->
                    inOrder(externalIds, found, task -> Objects.requireNonNull(task.externalId())));
  }

  private static Set<Long> numbers(List<String> ids) {
    return ids.stream()
        .filter(id -> NUMBER.matcher(id).matches())
        .map(Long::valueOf)
        .collect(Collectors.toSet());
  }

  private static List<ClientTask> inOrder(
      List<String> ids, List<ClientTask> found, Function<ClientTask, String> id) {
    Map<String, ClientTask> byId = new HashMap<>();
    found.forEach(task -> byId.put(id.apply(task), task));
    List<ClientTask> ordered = new ArrayList<>();
    ids.stream()
        .distinct()
        .forEach(each -> Optional.ofNullable(byId.get(each)).ifPresent(ordered::add));
    return ordered;
  }

  private static List<String> ids(MultiMap query, String name) {
    return query.getAll(name).stream()
        .flatMap(given -> Arrays.stream(given.split(",", -1)))
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .toList();
  }

  private static int number(MultiMap query, String name, int otherwise, int most) {
    String text = query.get(name);
    if (text == null || text.isBlank()) {
      return otherwise;
    }
    int number = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > most) {
      throw Refused.value(name + " must be between 1 and " + most);
    }
    return number;
  }
}
