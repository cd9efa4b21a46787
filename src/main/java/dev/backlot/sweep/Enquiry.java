package dev.backlot.sweep;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.Strays.End;
import dev.backlot.port.Strays.Stray;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Together;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The questions about the strays of one account: one after the other, and none any more once one
 * was not answered.
 *
 * @param groups strays that are asked for together
 */
record Enquiry(List<List<Stray>> groups) {

  /** Enquiries of different accounts. */
  static List<Enquiry> of(List<Stray> strays) {
    Map<String, List<Stray>> byAccount = new LinkedHashMap<>();
    strays.forEach(
        stray -> byAccount.computeIfAbsent(stray.account(), id -> new ArrayList<>()).add(stray));
    return byAccount.values().stream().map(each -> new Enquiry(groups(each))).toList();
  }

  private static List<List<Stray>> groups(List<Stray> strays) {
    List<List<Stray>> groups = new ArrayList<>();
    List<Stray> newer = strays.stream().filter(Enquiry::isNewer).toList();
    for (int from = 0; from < newer.size(); from += Together.BY_ID.most()) {
      groups.add(newer.subList(from, Math.min(newer.size(), from + Together.BY_ID.most())));
    }
    strays.stream().filter(stray -> !isNewer(stray)).map(List::of).forEach(groups::add);
    return groups;
  }

  private static boolean isNewer(Stray stray) {
    return stray.dialect().equals(Dialect.PATH_PER_MODEL.text());
  }

  /**
   * @param judge what an answer ends
   */
  Future<List<End>> ask(
      VideoProvider provider, BiFunction<Stray, TaskLookup, Optional<End>> judge) {
    return ask(0, new ArrayList<>(), provider, judge);
  }

  private Future<List<End>> ask(
      int next,
      List<End> ends,
      VideoProvider provider,
      BiFunction<Stray, TaskLookup, Optional<End>> judge) {
    if (next == groups.size()) {
      return Future.succeededFuture(ends);
    }
    List<Stray> group = groups.get(next);
    return put(group, provider)
        .compose(
            answers -> {
              for (int i = 0; i < group.size(); i++) {
                judge.apply(group.get(i), answers.get(i)).ifPresent(ends::add);
              }
              return answers.stream().allMatch(Enquiry::isSilence)
                  ? Future.succeededFuture(ends)
                  : ask(next + 1, ends, provider, judge);
            });
  }

  private static Future<List<TaskLookup>> put(List<Stray> group, VideoProvider provider) {
    List<ByTaskId> tasks =
        group.stream()
            .map(
                stray ->
                    new ByTaskId(stray.account(), stray.dialect(), stray.path(), stray.taskId()))
            .toList();
    return isNewer(group.get(0))
        ? provider.queryAll(tasks)
        : provider.query(tasks.get(0)).map(List::of);
  }

  private static boolean isSilence(TaskLookup answer) {
    return answer instanceof TaskLookup.Unclear unclear && unclear.providerCode() == 0;
  }
}
