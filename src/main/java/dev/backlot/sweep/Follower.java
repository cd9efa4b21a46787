package dev.backlot.sweep;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Bus;
import dev.backlot.config.SweepConfig;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import dev.backlot.port.Strays;
import dev.backlot.port.Strays.End;
import dev.backlot.port.Strays.Kind;
import dev.backlot.port.Strays.Stray;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.ByTaskId;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for every stray of an account once a pass and closes those that have come to their end, when
 * the duty for the account is ours. Each account has passes of its own, so that none waits for the
 * deadlines of another. Should a pass outlast the duty, another node asks too, and each stray is
 * still closed once. Confined to one event loop.
 */
public final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final String DUTY = "strays/";

  /** Strays in memory at a time. */
  static final int PAGE = Strays.MAX_BATCH;

  private final Strays store;
  private final VideoProvider provider;
  private final Membership membership;
  private final NodeLease lease;
  private final Bus bus;
  private final SweepConfig config;
  private final InstantSource clock;

  /**
   * The last one asked for in a pass that was cut, at most one per account: the next pass goes on
   * behind it, so that those in front which are never answered keep nobody from their turn. Not
   * stored: a node that is new to the duty begins in front and comes as far.
   */
  private final Map<String, Stray> reached = new HashMap<>();

  /**
   * One pass over an account.
   *
   * @param inOrder whether it goes through all of them, so that it has a place
   */
  private record Walk(String account, Enquiry enquiry, Instant until, boolean inOrder) {}

  public Follower(
      Strays store,
      VideoProvider provider,
      Membership membership,
      NodeLease lease,
      Bus bus,
      SweepConfig config,
      InstantSource clock) {
    this.store = store;
    this.provider = provider;
    this.membership = membership;
    this.lease = lease;
    this.bus = bus;
    this.config = config;
    this.clock = clock;
  }

  /**
   * One pass over the strays of an account, page by page. It is cut when the account is silent, and
   * after {@code follow}, so that it ends within the duty however many deadlines it meets.
   *
   * @return true when it went on behind a cut and came to the end: those in front are still to be
   *     asked for. False: the next pass has its time.
   */
  public Future<Boolean> runOnce(String account) {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return membership
        .holdDuty(lease, DUTY + account, config.follow().multipliedBy(2))
        .compose(ours -> ours ? follow(account) : Future.succeededFuture(false));
  }

  /**
   * Asks at once for some strays of an account, beside its passes and without a change to their
   * place. What is not answered waits for its turn in them.
   */
  Future<Void> runOnce(String account, List<Stray> some) {
    if (!lease.isHeld()) {
      return Future.succeededFuture();
    }
    Walk walk = new Walk(account, new Enquiry(), clock.instant().plus(config.follow()), false);
    walk.enquiry().add(some);
    return membership
        .holdDuty(lease, DUTY + account, config.follow().multipliedBy(2))
        .compose(ours -> ours ? ask(walk) : Future.succeededFuture());
  }

  private Future<Boolean> follow(String account) {
    Stray cut = reached.get(account);
    Walk walk = new Walk(account, new Enquiry(), clock.instant().plus(config.follow()), true);
    return follow(walk, cut).map(ended -> ended && cut != null);
  }

  /**
   * @return whether it came to the end
   */
  private Future<Boolean> follow(Walk walk, @Nullable Stray after) {
    return store
        .open(walk.account(), after, PAGE)
        .compose(
            page -> {
              walk.enquiry().add(page);
              return ask(walk).compose(done -> goOn(walk, page));
            });
  }

  private Future<Boolean> goOn(Walk walk, List<Stray> page) {
    if (isCut(walk)) {
      return Future.succeededFuture(false);
    }
    if (page.size() == PAGE) {
      return follow(walk, page.get(PAGE - 1));
    }
    reached.remove(walk.account());
    return Future.succeededFuture(true);
  }

  private boolean isCut(Walk walk) {
    return walk.enquiry().isSilent()
        || (!walk.enquiry().isInGroup() && clock.instant().isAfter(walk.until()));
  }

  /**
   * One after the other, at least one. An end is written at once: its slot is not to wait for the
   * deadlines of those behind it.
   */
  private Future<Void> ask(Walk walk) {
    List<Stray> group = walk.enquiry().next();
    return group.isEmpty()
        ? Future.succeededFuture()
        : put(group)
            .compose(answers -> judge(walk, group, answers))
            .compose(closed -> isCut(walk) ? Future.succeededFuture() : ask(walk));
  }

  /** Where the pass has come is noted first: what cannot be closed is to keep nobody either. */
  private Future<List<End>> judge(Walk walk, List<Stray> group, List<TaskLookup> answers) {
    if (walk.inOrder()) {
      reached.put(walk.account(), group.get(group.size() - 1));
    }
    walk.enquiry().answered(group, answers);
    List<End> ends = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      end(group.get(i), answers.get(i)).ifPresent(ends::add);
    }
    return store.close(ends, clock.instant()).onSuccess(this::announce);
  }

  private Future<List<TaskLookup>> put(List<Stray> group) {
    List<ByTaskId> tasks = group.stream().map(Follower::byTaskId).toList();
    return Enquiry.isNewer(group.get(0))
        ? provider.queryAll(tasks)
        : provider.query(tasks.get(0)).map(List::of);
  }

  private static ByTaskId byTaskId(Stray stray) {
    return new ByTaskId(stray.account(), stray.dialect(), stray.path(), stray.taskId());
  }

  /** Empty while it has not come to its end, as far as anybody knows. */
  private Optional<End> end(Stray stray, TaskLookup answer) {
    if (answer instanceof Found found) {
      return found.report() instanceof TaskReport.Pending
          ? Optional.empty()
          : Optional.of(new End.Reported(stray, found.report()));
    }
    Instant forgotten = clock.instant().minus(config.forgetAfter());
    return isUnknownThere(answer) && stray.since().isBefore(forgotten)
        ? Optional.of(new End.Forgotten(stray))
        : Optional.empty();
  }

  /** An answer, and not about a task: whatever its code means, it is believed after weeks only. */
  private static boolean isUnknownThere(TaskLookup answer) {
    return !(answer instanceof TaskLookup.Unclear unclear) || unclear.providerCode() != 0;
  }

  private void announce(List<End> closed) {
    long freed = closed.stream().filter(end -> end.stray().kind() == Kind.DETACHED).count();
    if (freed > 0) {
      bus.publish(Addresses.SLOTS_FREED, new SlotsFreed((int) freed));
    }
    closed.forEach(Follower::log);
  }

  private static void log(End end) {
    LOG.atInfo()
        .addKeyValue("account", end.stray().account())
        .addKeyValue("taskId", end.stray().taskId())
        .addKeyValue("kind", end.stray().kind())
        .addKeyValue("end", end.getClass().getSimpleName())
        .log("a task that no job waits for has ended; its bill is our loss");
  }
}
