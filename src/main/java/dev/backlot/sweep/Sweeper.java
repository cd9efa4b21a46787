package dev.backlot.sweep;

import dev.backlot.config.SweepConfig;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import dev.backlot.port.Orphans;
import dev.backlot.port.Orphans.Found;
import dev.backlot.port.TaskLists;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.Page;
import dev.backlot.port.TaskLists.TaskList;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an account lists of our tasks and keeps those that no open attempt owns (promise P2),
 * when the duty for the account is ours. Should two nodes read at once, each orphan is still kept
 * once. Confined to one event loop.
 */
public final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final String DUTY = "sweep/";

  /** Lists go no further back (Kling reference, section 3.1). */
  private static final Duration OLDEST = Duration.ofDays(30);

  private final Orphans store;
  private final TaskLists lists;
  private final Membership membership;
  private final NodeLease lease;
  private final SweepConfig config;
  private final Surroundings surroundings;

  /** Readings that the bound of pages has cut, at most one per list. */
  private final Map<TaskList, Reading> cut = new HashMap<>();

  /**
   * @param prefix of our external ids
   * @param listsOf the lists that together show every task of an account
   * @param pause waits on the event loop
   */
  public record Surroundings(
      String prefix,
      Function<String, List<TaskList>> listsOf,
      InstantSource clock,
      Function<Duration, Future<?>> pause) {}

  /**
   * @param pages read in this pass
   */
  private record Reading(
      TaskList list, Instant since, Instant begun, @Nullable String cursor, int pages) {
    Reading at(String next) {
      return new Reading(list, since, begun, next, pages + 1);
    }

    Reading inNewPass() {
      return new Reading(list, since, begun, cursor, 0);
    }
  }

  public Sweeper(
      Orphans store,
      TaskLists lists,
      Membership membership,
      NodeLease lease,
      SweepConfig config,
      Surroundings surroundings) {
    this.store = store;
    this.lists = lists;
    this.membership = membership;
    this.lease = lease;
    this.config = config;
    this.surroundings = surroundings;
  }

  /**
   * One pass over the lists of an account, one after the other. One that cannot be read is tried
   * again in the next pass and keeps the others from nothing.
   *
   * @return false: the next pass has its time
   */
  public Future<Boolean> runOnce(String account) {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return membership
        .holdDuty(lease, DUTY + account, config.interval().multipliedBy(2))
        .compose(
            ours ->
                ours
                    ? sweepFrom(surroundings.listsOf().apply(account), 0)
                    : Future.succeededFuture())
        .map(false);
  }

  private Future<Void> sweepFrom(List<TaskList> all, int next) {
    return next == all.size()
        ? Future.succeededFuture()
        : sweep(all.get(next)).compose(done -> sweepFrom(all, next + 1));
  }

  private Future<Void> sweep(TaskList list) {
    Reading before = cut.remove(list);
    return before == null
        ? store.sweptTo(list).compose(mark -> read(begin(list, mark)))
        : read(before.inNewPass());
  }

  private Reading begin(TaskList list, Instant mark) {
    Instant now = surroundings.clock().instant();
    Instant since = mark.minus(config.reach());
    Instant oldest = now.minus(OLDEST);
    return new Reading(list, since.isBefore(oldest) ? oldest : since, now, null, 0);
  }

  private Future<Void> read(Reading reading) {
    if (reading.pages() == config.pages()) {
      cut.put(reading.list(), reading);
      return Future.succeededFuture();
    }
    return lists
        .read(reading.list(), reading.since(), reading.cursor())
        .compose(
            page ->
                page instanceof Page.Read read
                    ? keep(reading, read)
                    : putOff(reading, (Page.Unread) page));
  }

  private Future<Void> keep(Reading reading, Page.Read page) {
    List<Listed> ours =
        page.tasks().stream()
            .filter(task -> task.externalId().startsWith(surroundings.prefix()))
            .toList();
    return store
        .record(reading.list(), ours, surroundings.clock().instant())
        .onSuccess(found -> found.forEach(each -> log(reading.list(), each)))
        .compose(found -> goOn(reading, page.next()));
  }

  private Future<Void> goOn(Reading reading, @Nullable String next) {
    return next == null
        ? store.swept(reading.list(), reading.begun())
        : surroundings.pause().apply(config.pause()).compose(waited -> read(reading.at(next)));
  }

  /** A silent provider may go on where it stopped; a cursor that it refuses is worth nothing. */
  private Future<Void> putOff(Reading reading, Page.Unread page) {
    if (page.why().providerCode() == 0 && reading.cursor() != null) {
      cut.put(reading.list(), reading);
    }
    LOG.atInfo()
        .addKeyValue("account", reading.list().account())
        .addKeyValue("list", reading.list().path())
        .addKeyValue("reason", page.why().reason())
        .log("a list of tasks could not be read; it is tried again later");
    return Future.succeededFuture();
  }

  private static void log(TaskList list, Found found) {
    LOG.atWarn()
        .addKeyValue("account", list.account())
        .addKeyValue("taskId", found.taskId())
        .addKeyValue("attemptId", found.attempt())
        .addKeyValue("jobId", found.job())
        .log("a task of ours belongs to no open attempt; it is followed, and its bill is our loss");
  }
}
