package dev.backlot.poll;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskLookup.NotThere;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Endings;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Running;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the running attempts that this node owns. Their due times live here, in memory, and are
 * rebuilt from the database after a start or a take-over; a poll that finds no change writes
 * nothing. Confined to one event loop.
 */
public final class Poller {
  private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
  private static final int PAGE = 1_000;

  /** As many tasks as end in some minutes; a megabyte. */
  private static final int EARLY_HINTS_MAX = 10_000;

  private final Endings store;
  private final VideoProvider provider;
  private final NodeLease lease;
  private final Pace pace;
  private final RenderLearning learning;
  private final EndingRules rules;
  private final EndingRecorder recorder;
  private final Places places;
  private final Duration hintPause;
  private final InstantSource clock;
  private final Map<AttemptId, Watch> watches = new HashMap<>();
  private final Schedule schedule;
  private final EarlyHints earlyHints = new EarlyHints(EARLY_HINTS_MAX);

  /** Questions whose answers somebody waits for; one that hangs is none any more. */
  private final Set<Asking> underWay = new LinkedHashSet<>();

  private boolean stopped;

  Poller(
      Endings store,
      VideoProvider provider,
      NodeLease lease,
      Pace pace,
      RenderLearning learning,
      EndingRules rules,
      EndingRecorder recorder,
      Places places,
      Duration hintPause,
      InstantSource clock) {
    this.store = store;
    this.provider = provider;
    this.lease = lease;
    this.pace = pace;
    this.learning = learning;
    this.rules = rules;
    this.recorder = recorder;
    this.places = places;
    this.schedule = new Schedule(provider::together);
    this.hintPause = hintPause;
    this.clock = clock;
  }

  /** Reads the attempts that a hint names. */
  public Future<Void> load(Collection<AttemptId> attempts) {
    return store.running(lease, attempts).map(this::adopt);
  }

  /** Reads all running attempts of this node, page by page. */
  public Future<Void> loadAll() {
    return loadAfter(null);
  }

  /**
   * Marks what runs for too long. It is no end: the task is polled on, slowly, and keeps its slot
   * and its reservation, because the provider may still bill it.
   */
  public Future<Void> markOverdue() {
    return store
        .markOverdue(lease, pace.overdueBefore(clock.instant()), PAGE)
        .onSuccess(
            jobs ->
                jobs.forEach(
                    job -> LOG.atWarn().addKeyValue("jobId", job).log("a task is overdue")))
        .mapEmpty();
  }

  /**
   * Somebody says that these have changed: the next pass asks for them, together where that can be
   * done. However many hints come, each attempt has one early query for each {@code hintPause}.
   * What is not watched here is remembered for a while, in case that its create is not answered
   * yet.
   */
  public void hint(Collection<AttemptId> attempts) {
    Instant now = clock.instant();
    for (AttemptId attempt : attempts) {
      Watch watch = watches.get(attempt);
      if (watch == null) {
        earlyHints.remember(attempt);
      } else if (watch.hint() && schedule.remove(watch)) {
        watch.advance(now);
        schedule.add(watch);
      }
    }
  }

  /** Forgets everything: the lease was lost. */
  public void forget() {
    watches.clear();
    schedule.clear();
  }

  public int watched() {
    return watches.size();
  }

  /** No query starts any more. */
  public void stop() {
    stopped = true;
  }

  /** Nothing is being asked that may be answered soon, and every ending is recorded. */
  public boolean isIdle() {
    return places.isIdle() && recorder.isIdle();
  }

  /**
   * Asks for the tasks that are due, at most so many questions at once for each account; the others
   * stay due. Tasks that can go together into one question do, those with them that are due soon. A
   * question that hangs delays no other: its tasks are asked for again, in other company and in the
   * end alone, while its answer still counts if it comes.
   *
   * @return completes when every query of this pass, and what followed from it, is done
   */
  public Future<Void> runOnce() {
    Instant now = clock.instant();
    giveUpHanging(now);
    List<Asking> started = new ArrayList<>();
    Optional<Question> next = next(now);
    while (next.isPresent()) {
      Duration patience = places.patience(next.get().account(), now);
      Asking asking = Asking.of(next.get(), now, patience, hintPause);
      places.take(asking.account());
      underWay.add(asking);
      started.add(asking);
      next = next(now);
    }
    return Future.join(started.stream().map(this::ask).toList()).mapEmpty();
  }

  private Optional<Question> next(Instant now) {
    return stopped ? Optional.empty() : schedule.next(now, places::isFree);
  }

  private void giveUpHanging(Instant now) {
    for (Asking asking : List.copyOf(underWay)) {
      if (asking.isTooLate(now, places.patience(asking.account(), now))
          && places.giveUp(asking.account(), asking.watches().size())) {
        asking.hang();
        underWay.remove(asking);
        asking.watches().forEach(watch -> giveUp(watch, asking, now));
      }
    }
  }

  /** Not later than usual, but as late as what is overdue while many questions hang already. */
  private void giveUp(Watch watch, Asking asking, Instant now) {
    if (isWatched(watch) && !watch.isEnding()) {
      String account = asking.account();
      if (asking.watches().size() > 1 && places.isSilent(account, now)) {
        watch.excuse();
      }
      Instant latest = places.isCrowded(account) ? pace.slow(now) : pace.next(watch.running(), now);
      watch.giveUp(now, places.patience(account, now), latest);
      schedule.add(watch);
    }
  }

  private boolean isWatched(Watch watch) {
    return watches.get(watch.running().ref().id()) == watch;
  }

  private Future<Void> loadAfter(@Nullable AttemptId after) {
    return store
        .allRunning(lease, after, PAGE)
        .compose(
            page -> {
              adopt(page);
              return page.size() < PAGE
                  ? Future.succeededFuture()
                  : loadAfter(page.get(page.size() - 1).ref().id());
            });
  }

  private @Nullable Void adopt(List<Running> page) {
    for (Running running : page) {
      Watch known = watches.get(running.ref().id());
      if (known == null || known.running().ref().fence() < running.ref().fence()) {
        Watch watch = new Watch(running, pace.first(running));
        if (known != null) {
          schedule.remove(known);
        }
        if (earlyHints.take(running.ref().id()) && watch.hint()) {
          watch.advance(clock.instant());
        }
        watches.put(running.ref().id(), watch);
        schedule.add(watch);
      }
    }
    return null;
  }

  private Future<Void> ask(Asking asking) {
    return asking
        .question()
        .put(provider)
        .onComplete(answered -> ended(asking))
        .onSuccess(answers -> learnLatency(asking, answers))
        .transform(
            answers -> {
              List<Future<Void>> concluded = new ArrayList<>();
              for (int i = 0; i < asking.watches().size(); i++) {
                Watch watch = asking.watches().get(i);
                Future<Void> done =
                    answers.succeeded()
                        ? conclude(asking, i, answers.result().get(i))
                        : Future.failedFuture(answers.cause());
                concluded.add(done.recover(failure -> retryLater(watch, failure)));
              }
              return Future.join(concluded).mapEmpty();
            });
  }

  private void ended(Asking asking) {
    underWay.remove(asking);
    places.ended(asking.account(), asking.isHanging());
  }

  /** What nobody answered says how patient somebody was, and not how long an answer takes. */
  private void learnLatency(Asking asking, List<TaskLookup> answers) {
    if (!answers.stream().allMatch(TaskLookup.Unclear.class::isInstance)) {
      Instant now = clock.instant();
      places.answered(asking.account(), Duration.between(asking.since(), now), now);
    }
  }

  private Future<Void> conclude(Asking asking, int index, TaskLookup answer) {
    Watch watch = asking.watches().get(index);
    // A stop does not wait for what hangs; who owns the job next asks again.
    if (!isWatched(watch) || watch.isEnding() || (stopped && asking.isHanging())) {
      return Future.succeededFuture();
    }
    boolean latest = asking.isLatest(index);
    boolean hidden = answer instanceof NotThere && asking.question().mayHide(watch);
    Optional<Ending> ending =
        !hidden && (latest || answer instanceof Found)
            ? rules.ending(watch.running(), answer, clock.instant())
            : Optional.empty();
    if (ending.isPresent()) {
      return end(watch, ending.get(), answer);
    }
    if (latest) {
      askAgain(watch, answer, hidden);
    }
    return Future.succeededFuture();
  }

  private Future<Void> end(Watch watch, Ending ending, TaskLookup answer) {
    schedule.remove(watch);
    watch.end(true);
    return recorder
        .record(ending)
        .onSuccess(
            applied -> {
              drop(watch);
              if (applied && answer instanceof Found found) {
                learning.ended(watch.running().profile(), found.report());
                noteTold(watch);
              }
            })
        .onFailure(failure -> watch.end(false))
        .mapEmpty();
  }

  private void noteTold(Watch watch) {
    if (pace.ended(watch.running(), watch.isTold())) {
      hurryOthersLike(watch.running());
    }
  }

  /** They may have been put off in the hope of callbacks that come no more. */
  private void hurryOthersLike(Running ended) {
    Instant now = clock.instant();
    for (Watch watch : watches.values()) {
      boolean concerned = watch.mayBeHurried() && Pace.isToldLike(watch.running(), ended);
      if (concerned && schedule.remove(watch)) {
        watch.expectNoCallback(pace.withoutCallbacks(now));
        schedule.add(watch);
      }
    }
  }

  private Future<Void> retryLater(Watch watch, Throwable failure) {
    LOG.atWarn()
        .setCause(failure)
        .addKeyValue("jobId", watch.running().ref().job())
        .addKeyValue("attemptId", watch.running().ref().id())
        .log("an ending could not be recorded yet; the task will be polled again");
    if (isWatched(watch)) {
      schedule.remove(watch);
      askAgain(watch, pace.next(watch.running(), clock.instant()));
    }
    return Future.succeededFuture();
  }

  /**
   * @param hidden whether it was left out by a group, which says nothing of the task
   */
  private void askAgain(Watch watch, TaskLookup answer, boolean hidden) {
    schedule.remove(watch);
    if (hidden) {
      watch.hide();
    }
    Instant next = next(watch, answer);
    askAgain(watch, hidden ? clock.instant() : next);
  }

  /** While many questions hang, nobody hurries. */
  private Instant next(Watch watch, TaskLookup answer) {
    Running running = watch.running();
    Instant now = clock.instant();
    if (!(answer instanceof TaskLookup.Unclear)) {
      watch.answered();
      return pace.next(running, now);
    }
    Instant again = pace.again(running, watch.unclear(), now);
    return places.isCrowded(running.ref().account()) ? pace.next(running, now) : again;
  }

  /**
   * @param watch not in the schedule
   */
  private void askAgain(Watch watch, Instant next) {
    watch.askAgain(clock.instant(), next);
    schedule.add(watch);
  }

  private void drop(Watch watch) {
    watches.remove(watch.running().ref().id(), watch);
    schedule.remove(watch);
  }
}
