package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The requests of this node whose answers are not known to be out, those that are the same
 * together. There are at most as many as there are requests under way and answers that wait to be
 * noted. Thread-safe.
 *
 * @param <T> what each is to be answered
 */
final class SameRequests<T> {
  /** Each keeps its request until the first is done. */
  static final int GENERATIONS_MAX = 64;

  private final Map<Same, List<PendingRequest<T>>> pending = new HashMap<>();

  /**
   * What is the same for whoever repeats.
   *
   * @param digest see {@link BodyDigest}
   */
  record Same(TenantId tenant, String digest) {}

  synchronized int size() {
    return pending.values().stream().mapToInt(List::size).sum();
  }

  synchronized void enter(PendingRequest<T> request, Same same) {
    pending.computeIfAbsent(same, first -> new ArrayList<>()).add(request);
  }

  /** Again is the same as once. */
  synchronized void leave(PendingRequest<T> request, Same same) {
    List<PendingRequest<T>> those = pending.get(same);
    if (those != null && those.remove(request) && those.isEmpty()) {
      pending.remove(same);
    }
  }

  /** Those that came before this one, the oldest first. */
  synchronized List<PendingRequest<T>> before(PendingRequest<T> request, Same same) {
    List<PendingRequest<T>> those = pending.getOrDefault(same, List.of());
    int own = those.indexOf(request);
    return own <= 0 ? List.of() : List.copyOf(those.subList(0, own));
  }

  /**
   * The oldest before this one for which nobody waits; from now on its client does. Throws {@link
   * Refused} at the bound: whoever hangs up again and again has to wait for the first.
   */
  synchronized Optional<PendingRequest<T>> adopt(PendingRequest<T> request, Same same) {
    Optional<PendingRequest<T>> orphan =
        before(request, same).stream().filter(PendingRequest::isGone).findFirst();
    orphan.ifPresent(
        found -> {
          if (found.generation() == GENERATIONS_MAX) {
            throw new Refused(KlingCode.TIMEOUT);
          }
          found.adoptedBy(request);
          leave(found, same);
        });
    return orphan;
  }

  /** Jobs or calls of those that are the same, whose clients wait or have just been answered. */
  synchronized Set<UUID> awaited(Same same) {
    Set<UUID> made = new HashSet<>();
    pending.getOrDefault(same, List.of()).stream()
        .filter(each -> !each.isGone())
        .forEach(each -> made.addAll(each.making()));
    return made;
  }
}
