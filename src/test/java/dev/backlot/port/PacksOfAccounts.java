package dev.backlot.port;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A provider that refuses what a pack would have to pay for that a test has emptied (1102). */
public final class PacksOfAccounts implements VideoProvider {
  private final VideoProvider provider;
  private final Set<String> usedUp = new HashSet<>();
  private final List<String> refused = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();

  public PacksOfAccounts(VideoProvider provider) {
    this.provider = provider;
  }

  /**
   * @param pack account and type, such as {@code main/image}
   */
  public synchronized void useUp(String pack) {
    usedUp.add(pack);
  }

  public synchronized void buy(String pack) {
    usedUp.remove(pack);
  }

  /** Of each create that was refused for it, in their order. */
  public synchronized List<String> refused() {
    return List.copyOf(refused);
  }

  /** Of each create that was passed on. */
  public synchronized List<String> taken() {
    return List.copyOf(taken);
  }

  @Override
  public synchronized Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    String pack = create.account() + "/" + create.pack();
    if (usedUp.contains(pack)) {
      refused.add(pack);
      return Future.succeededFuture(
          new Refused(ErrorCode.PROVIDER_CREDIT, 1102, false, "no units left"));
    }
    taken.add(pack);
    return provider.create(create, permit, late);
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    return provider.query(task);
  }

  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    return provider.queryAll(tasks);
  }

  @Override
  public Future<TaskLookup> lookUp(ByExternalId attempt) {
    return provider.lookUp(attempt);
  }
}
