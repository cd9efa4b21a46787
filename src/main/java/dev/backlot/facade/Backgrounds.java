package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.catalog.Told;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.OutputId;
import dev.backlot.facade.Background.Source;
import dev.backlot.port.ClientTasks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what is behind tasks, as far as our books know it. Callable from any event loop. */
final class Backgrounds {
  private static final String VIDEO = "video";
  private static final String VOICE = "voice";

  private final Supplier<Catalog> catalogs;
  private final BiFunction<TenantId, Set<Long>, Future<List<ClientTask>>> withNumbers;
  private final BiFunction<TenantId, Set<JobId>, Future<List<ClientTask>>> withIds;
  private final Inputs inputs;

  Backgrounds(Supplier<Catalog> catalogs, ClientTasks tasks) {
    this(catalogs, tasks::withNumbers, tasks::withIds, tasks::said);
  }

  Backgrounds(
      Supplier<Catalog> catalogs,
      BiFunction<TenantId, Set<Long>, Future<List<ClientTask>>> withNumbers,
      BiFunction<TenantId, Set<JobId>, Future<List<ClientTask>>> withIds,
      Inputs inputs) {
    this.catalogs = catalogs;
    this.withNumbers = withNumbers;
    this.withIds = withIds;
    this.inputs = inputs;
  }

  /** As {@link ClientTasks#said}. */
  @FunctionalInterface
  interface Inputs {
    Future<Map<JobId, Map<String, String>>> said(
        TenantId tenant, Set<JobId> ids, Set<String> members);
  }

  /**
   * Of those of these tasks that have one. Asks nothing when none of them uses anything, or has
   * anything to tell.
   */
  Future<Map<JobId, Background>> of(TenantId tenant, List<ClientTask> tasks) {
    Map<String, Kind> kinds =
        catalogs.get().all().stream().collect(Collectors.toMap(Kind::name, Function.identity()));
    List<ClientTask> known = tasks.stream().filter(task -> kinds.containsKey(task.kind())).toList();
    return Future.all(sources(tenant, kinds, known), said(tenant, kinds, known))
        .map(
            found -> {
              List<ClientTask> sources = found.resultAt(0);
              Map<JobId, Map<String, String>> said = found.resultAt(1);
              Map<JobId, Background> backgrounds = new HashMap<>();
              for (ClientTask task : known) {
                Kind kind = Objects.requireNonNull(kinds.get(task.kind()));
                Map<String, String> of = said.getOrDefault(task.id(), Map.of());
                backgrounds.put(task.id(), background(kind, task, sources, of));
              }
              return backgrounds;
            });
  }

  private static Background background(
      Kind kind, ClientTask task, List<ClientTask> sources, Map<String, String> said) {
    return new Background(
        source(named(task, kind.parent()), VIDEO, sources),
        source(named(task, voice(kind)), VOICE, sources),
        kind.tells(),
        shown(kind, said));
  }

  private static Map<String, Object> shown(Kind kind, Map<String, String> said) {
    Map<String, Object> shown = new HashMap<>();
    said.forEach(
        (name, json) -> {
          Object value = value(json);
          Object left = value == null ? null : kind.shown(name, value);
          if (left != null) {
            shown.put(name, left);
          }
        });
    return shown;
  }

  /** Strings and numbers, lists and maps. */
  private static @Nullable Object value(String json) {
    return new JsonObject("{\"value\":" + json + "}").getMap().get("value");
  }

  /** The member of the input that names the voice which results show; null for none. */
  private static @Nullable String voice(Kind kind) {
    return kind.tells().stream().filter(Told::voice).map(Told::from).findFirst().orElse(null);
  }

  /** What the caller calls it; null for nothing that we have made. */
  private static @Nullable String named(ClientTask task, @Nullable String member) {
    return member == null ? null : task.uses().get("/" + member);
  }

  private Future<Map<JobId, Map<String, String>>> said(
      TenantId tenant, Map<String, Kind> kinds, List<ClientTask> tasks) {
    Set<JobId> asked = new HashSet<>();
    Set<String> members = new HashSet<>();
    for (ClientTask task : tasks) {
      List<Told> tells = Objects.requireNonNull(kinds.get(task.kind())).tells();
      if (task.state() == JobState.SUCCEEDED && !tells.isEmpty()) {
        asked.add(task.id());
        tells.forEach(told -> members.add(told.from()));
      }
    }
    return asked.isEmpty() ? Future.succeededFuture(Map.of()) : inputs.said(tenant, asked, members);
  }

  private Future<List<ClientTask>> sources(
      TenantId tenant, Map<String, Kind> kinds, List<ClientTask> tasks) {
    Set<Long> numbers = new HashSet<>();
    Set<JobId> ids = new HashSet<>();
    for (ClientTask task : tasks) {
      Kind kind = Objects.requireNonNull(kinds.get(task.kind()));
      for (String name : names(kind, task)) {
        OutputId.jobOf(name).ifPresent(numbers::add);
        JobId.parse(name).ifPresent(ids::add);
      }
    }
    return Future.all(
            numbers.isEmpty() ? none() : withNumbers.apply(tenant, numbers),
            ids.isEmpty() ? none() : withIds.apply(tenant, ids))
        .map(
            found -> {
              List<ClientTask> all = new ArrayList<>(found.<List<ClientTask>>resultAt(0));
              all.addAll(found.<List<ClientTask>>resultAt(1));
              return all;
            });
  }

  private static List<String> names(Kind kind, ClientTask task) {
    List<String> names = new ArrayList<>();
    for (String member : new String[] {kind.parent(), voice(kind)}) {
      String name = named(task, member);
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  private static Future<List<ClientTask>> none() {
    return Future.succeededFuture(List.of());
  }

  private static @Nullable Source source(@Nullable String id, String type, List<ClientTask> found) {
    if (id == null) {
      return null;
    }
    long number = OutputId.jobOf(id).orElse(0L);
    int n = OutputId.parse(id).map(OutputId::n).orElse(-1);
    for (ClientTask task : found) {
      if (task.number() == number || Objects.equals(task.id().toString(), id)) {
        return task.outputs().stream()
            .filter(output -> output.type().equals(type) && (n < 0 || output.n() == n))
            .findFirst()
            .map(output -> new Source(task, output))
            .orElse(null);
      }
    }
    return null;
  }
}
