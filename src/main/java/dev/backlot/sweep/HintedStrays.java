package dev.backlot.sweep;

import dev.backlot.port.Strays;
import dev.backlot.port.Strays.Stray;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Has detached attempts asked for as soon as the provider has told of them, so that their slots are
 * not held until the next pass over their account. Hints reach every node, and most of them are at
 * attempts that polling watches: one look-up by primary key in each pass tells which are not. The
 * node that has the duty for the account asks. Remembers at most {@link Strays#MAX_HINTED} hints
 * until the next pass, each once; beyond it the oldest is forgotten, and its attempt waits for the
 * pass over its account. Confined to one event loop.
 */
public final class HintedStrays {
  private final Set<UUID> waiting = new LinkedHashSet<>();
  private final Strays store;
  private final Follower follower;

  public HintedStrays(Strays store, Follower follower) {
    this.store = store;
    this.follower = follower;
  }

  void hint(Collection<UUID> attempts) {
    for (UUID attempt : attempts) {
      if (waiting.add(attempt) && waiting.size() > Strays.MAX_HINTED) {
        Iterator<UUID> oldest = waiting.iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  /**
   * @return false: a storm of hints is to be no storm of look-ups, so the next pass has its time
   */
  Future<Boolean> runOnce() {
    List<UUID> attempts = List.copyOf(waiting);
    waiting.clear();
    return attempts.isEmpty()
        ? Future.succeededFuture(false)
        : store.detached(attempts).compose(this::ask).map(false);
  }

  /** Each account for itself: one that does not answer has its own deadlines. */
  private Future<?> ask(List<Stray> found) {
    Map<String, List<Stray>> byAccount =
        found.stream().collect(Collectors.groupingBy(Stray::account));
    List<Future<Void>> asked = new ArrayList<>();
    byAccount.forEach((account, strays) -> asked.add(follower.runOnce(account, strays)));
    return Future.join(asked);
  }
}
