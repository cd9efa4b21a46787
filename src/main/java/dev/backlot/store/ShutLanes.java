package dev.backlot.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Lanes in which nothing can go now. Their tags stay, so that they come first in every claim; when
 * they are as many as a claim looks at, nobody behind them would ever have the slots that they
 * cannot use. Pure.
 */
final class ShutLanes {
  /** The first quarter keeps its place. */
  private static final int PARTS = 4;

  private ShutLanes() {}

  /**
   * @param blocked each lane whose first job cannot go, once
   * @param left heads that may be claimed, of these lanes too
   * @param mayHideOthers whether there may be more lanes of its class than were looked at
   * @return lanes to be emptied for a moment, so that others are looked at
   */
  static Set<LaneKey> inTheWay(
      List<LaneHead> blocked, List<LaneHead> left, Predicate<LaneHead> mayHideOthers) {
    Set<LaneKey> open =
        left.stream()
            .filter(head -> !head.isEmpty())
            .map(LaneHead::lane)
            .collect(Collectors.toSet());
    Set<LaneKey> openTenants = open.stream().map(LaneKey::ofTenant).collect(Collectors.toSet());
    List<LaneHead> shut =
        blocked.stream()
            .filter(head -> !open.contains(head.lane()))
            .sorted(Comparator.comparingDouble(LaneHead::tag).thenComparing(LaneHead::batchTag))
            .toList();
    Set<LaneKey> inTheWay = new HashSet<>();
    for (List<LaneHead> ofTenant : groups(shut, head -> head.lane().ofTenant())) {
      inTheWay.addAll(later(lanes(ofTenant), ClaimSql.BATCHES));
    }
    List<LaneHead> hiding = shut.stream().filter(mayHideOthers).toList();
    for (List<LaneHead> ofClass : groups(hiding, ShutLanes::slotClass)) {
      Set<LaneKey> tenants = new LinkedHashSet<>();
      ofClass.forEach(head -> tenants.add(head.lane().ofTenant()));
      tenants.removeAll(openTenants);
      Set<LaneKey> late = new HashSet<>(later(tenants, ClaimSql.SPARE_LANES));
      lanes(ofClass).stream().filter(lane -> late.contains(lane.ofTenant())).forEach(inTheWay::add);
    }
    return inTheWay;
  }

  private static List<LaneKey> lanes(List<LaneHead> heads) {
    return heads.stream().map(LaneHead::lane).toList();
  }

  private static List<LaneKey> later(Collection<LaneKey> lanes, int many) {
    return lanes.size() < many
        ? List.of()
        : lanes.stream().skip(Math.max(1, lanes.size() / PARTS)).toList();
  }

  static List<String> slotClass(LaneHead head) {
    return List.of(head.lane().pool(), head.lane().slotClass());
  }

  private static <K> Collection<List<LaneHead>> groups(
      List<LaneHead> heads, Function<LaneHead, K> key) {
    Map<K, List<LaneHead>> groups = new LinkedHashMap<>();
    heads.forEach(
        each -> groups.computeIfAbsent(key.apply(each), made -> new ArrayList<>()).add(each));
    return groups.values();
  }
}
