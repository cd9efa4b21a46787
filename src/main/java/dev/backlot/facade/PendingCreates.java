package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The creates of this node whose answers are not known to be out, those that are the same together.
 * There are at most as many as there are requests under way and answers that wait to be noted. One
 * per node, thread-safe.
 */
public final class PendingCreates {
  private final Map<Same, List<PendingCreate>> pending = new HashMap<>();

  /**
   * What is the same for whoever repeats.
   *
   * @param digest see {@link BodyDigest}
   */
  record Same(TenantId tenant, String digest) {}

  /** How many there are. */
  public synchronized int size() {
    return pending.values().stream().mapToInt(List::size).sum();
  }

  synchronized void enter(PendingCreate create, Same same) {
    pending.computeIfAbsent(same, first -> new ArrayList<>()).add(create);
  }

  synchronized void leave(PendingCreate create, Same same) {
    List<PendingCreate> those = pending.getOrDefault(same, List.of());
    if (those.remove(create) && those.isEmpty()) {
      pending.remove(same);
    }
  }

  /** Those that came before this one, the oldest first. */
  synchronized List<PendingCreate> before(PendingCreate create, Same same) {
    List<PendingCreate> those = pending.getOrDefault(same, List.of());
    int own = those.indexOf(create);
    return own <= 0 ? List.of() : List.copyOf(those.subList(0, own));
  }

  /** The oldest before this one for which nobody waits; from now on its client does. */
  synchronized Optional<PendingCreate> adopt(PendingCreate create, Same same) {
    Optional<PendingCreate> orphan =
        before(create, same).stream().filter(PendingCreate::isGone).findFirst();
    orphan.ifPresent(
        found -> {
          found.adoptedBy(create);
          leave(found, same);
        });
    return orphan;
  }

  /** The jobs of those that are the same and whose clients wait, or have just been answered. */
  synchronized Set<JobId> awaited(Same same) {
    Set<JobId> jobs = new HashSet<>();
    pending.getOrDefault(same, List.of()).stream()
        .filter(each -> !each.isGone())
        .forEach(each -> jobs.addAll(each.jobs()));
    return jobs;
  }
}
