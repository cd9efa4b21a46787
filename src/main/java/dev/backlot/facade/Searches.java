package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.ClientTasks;
import dev.backlot.port.ClientTasks.Page;
import dev.backlot.port.ClientTasks.Search;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /tasks}: tasks of all products in a span of time, newest first, in pages (Kling
 * reference, section 3.1). Callable from any event loop.
 */
final class Searches {
  private static final int LIMIT = 100;
  private static final String STATUS = "status";
  private static final String TYPE = "product_type";

  /** Those of the documents; one that no kind of ours has finds nothing. */
  private static final Set<String> TYPES = Set.of("video", "image", "try_on", "audio");

  private final ClientTasks tasks;
  private final Backgrounds backgrounds;
  private final Supplier<Catalog> catalogs;
  private final InstantSource clock;

  Searches(
      ClientTasks tasks, Backgrounds backgrounds, Supplier<Catalog> catalogs, InstantSource clock) {
    this.tasks = tasks;
    this.backgrounds = backgrounds;
    this.catalogs = catalogs;
    this.clock = clock;
  }

  /** Throws {@link Refused}. */
  Future<JsonObject> find(TenantId tenant, Map<String, ?> body, TaskJson.Files files) {
    SearchBody search = SearchBody.of(body, LIMIT, false, Set.of(STATUS, TYPE), clock.instant());
    SearchBody.Place before = search.before();
    Search wanted =
        new Search(
            kinds(search.filters().get(TYPE)),
            states(search.filters().get(STATUS)),
            search.from(),
            search.until(),
            before == null ? null : before.job());
    return tasks
        .search(tenant, wanted, search.limit() + 1)
        .compose(
            found ->
                backgrounds
                    .of(tenant, found.tasks())
                    .map(known -> page(search, found, known, files)));
  }

  private Set<String> kinds(@Nullable Set<String> types) {
    if (types != null && !TYPES.containsAll(types)) {
      throw Refused.value("filters.values is invalid");
    }
    return catalogs.get().all().stream()
        .filter(kind -> types == null || types.contains(kind.productType()))
        .map(Kind::name)
        .collect(Collectors.toSet());
  }

  private static Set<JobState> states(@Nullable Set<String> statuses) {
    if (statuses == null) {
      return EnumSet.allOf(JobState.class);
    }
    Set<JobState> states = new HashSet<>();
    for (String status : statuses) {
      Set<JobState> meant = Statuses.states(status);
      if (meant.isEmpty()) {
        throw Refused.value("filters.values is invalid");
      }
      states.addAll(meant);
    }
    return states;
  }

  private static JsonObject page(
      SearchBody search, Page found, Map<JobId, Background> known, TaskJson.Files files) {
    List<ClientTask> tasks = found.tasks();
    boolean full = tasks.size() > search.limit();
    List<ClientTask> page = full ? tasks.subList(0, search.limit()) : tasks;
    JsonArray result = new JsonArray();
    for (ClientTask task : page) {
      Background background = known.getOrDefault(task.id(), Background.NONE);
      result.add(TaskJson.modern(task, background, files));
    }
    String cursor = full ? behind(search, page.get(page.size() - 1)) : behind(search, found);
    return new JsonObject()
        .put("result", result)
        .put("count", page.size())
        .put("next_cursor", cursor)
        .put("has_more", !cursor.isEmpty());
  }

  private static String behind(SearchBody search, ClientTask last) {
    return search.cursor(last.acceptedAt(), last.id());
  }

  /** A look that has ended at its bound goes on where it did, whatever it has found. */
  private static String behind(SearchBody search, Page found) {
    JobId last = found.behind();
    return last == null ? "" : search.cursor(search.from(), last);
  }
}
