package dev.backlot.poll;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Endings;
import dev.backlot.port.Endings.Running;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final Endings store;
  private final VideoProvider provider;
  private final NodeLease lease;
  private final PollCadence cadence;
  private final EndingRules rules;
  private final EndingRecorder recorder;
  private final int perAccount;
  private final Duration hintPause;
  private final InstantSource clock;
  private final Map<AttemptId, Watch> watches = new HashMap<>();
  private final Schedule schedule = new Schedule();
  private final Map<String, Integer> asking = new HashMap<>();
  private boolean stopped;

  Poller(
      Endings store,
      VideoProvider provider,
      NodeLease lease,
      PollCadence cadence,
      EndingRules rules,
      EndingRecorder recorder,
      int perAccount,
      Duration hintPause,
      InstantSource clock) {
    this.store = store;
    this.provider = provider;
    this.lease = lease;
    this.cadence = cadence;
    this.rules = rules;
    this.recorder = recorder;
    this.perAccount = perAccount;
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
        .markOverdue(lease, clock.instant().minus(cadence.overdue()), PAGE)
        .onSuccess(
            jobs ->
                jobs.forEach(
                    job -> LOG.atWarn().addKeyValue("jobId", job).log("a task is overdue")))
        .mapEmpty();
  }

  /**
   * Somebody says that these have changed: the next pass asks for them, together where that can be
   * done. However many hints come, each attempt has one early query for each {@code hintPause}.
   * What is not watched here is passed over.
   */
  public void hint(Collection<AttemptId> attempts) {
    Instant now = clock.instant();
    for (AttemptId attempt : attempts) {
      Watch watch = watches.get(attempt);
      if (watch != null && watch.hint() && schedule.remove(watch)) {
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

  /** Nothing is being asked, and every ending is recorded. */
  public boolean isIdle() {
    return asking.isEmpty() && recorder.isIdle();
  }

  /**
   * Asks for the tasks that are due, at most {@code perAccount} questions at once for each account;
   * the others stay due. Tasks of the newer dialect go together into one question, as many as it
   * takes, those with them that are due soon. A question that hangs holds one place and delays no
   * other task.
   *
   * @return completes when every query of this pass, and what followed from it, is done
   */
  public Future<Void> runOnce() {
    Instant now = clock.instant();
    List<Question> questions = new ArrayList<>();
    Optional<Question> next = next(now);
    while (next.isPresent()) {
      asking.merge(next.get().account(), 1, Integer::sum);
      next.get().watches().forEach(watch -> watch.asking(now, hintPause));
      questions.add(next.get());
      next = next(now);
    }
    return Future.join(questions.stream().map(this::ask).toList()).mapEmpty();
  }

  private Optional<Question> next(Instant now) {
    return stopped ? Optional.empty() : schedule.next(now, this::hasRoom);
  }

  private boolean hasRoom(String account) {
    return asking.getOrDefault(account, 0) < perAccount;
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
        Watch watch = new Watch(running, cadence.firstPoll(running.runningSince()));
        if (known != null) {
          schedule.remove(known);
        }
        watches.put(running.ref().id(), watch);
        schedule.add(watch);
      }
    }
    return null;
  }

  private Future<Void> ask(Question question) {
    String account = question.account();
    return question
        .put(provider)
        .onComplete(answered -> asking.computeIfPresent(account, (id, n) -> n == 1 ? null : n - 1))
        .transform(
            answers -> {
              List<Future<Void>> concluded = new ArrayList<>();
              for (int i = 0; i < question.watches().size(); i++) {
                Watch watch = question.watches().get(i);
                Future<Void> done =
                    answers.succeeded()
                        ? conclude(watch, answers.result().get(i))
                        : Future.failedFuture(answers.cause());
                concluded.add(done.recover(failure -> retryLater(watch, failure)));
              }
              return Future.join(concluded).mapEmpty();
            });
  }

  private Future<Void> conclude(Watch watch, TaskLookup answer) {
    return rules
        .ending(watch.running(), answer, clock.instant())
        .map(ending -> recorder.record(ending).onSuccess(applied -> drop(watch)).<Void>mapEmpty())
        .orElseGet(
            () -> {
              askAgain(watch);
              return Future.succeededFuture();
            });
  }

  private Future<Void> retryLater(Watch watch, Throwable failure) {
    LOG.atWarn()
        .setCause(failure)
        .addKeyValue("jobId", watch.running().ref().job())
        .addKeyValue("attemptId", watch.running().ref().id())
        .log("an ending could not be recorded yet; the task will be polled again");
    askAgain(watch);
    return Future.succeededFuture();
  }

  private void askAgain(Watch watch) {
    if (isWatched(watch)) {
      Instant now = clock.instant();
      watch.askAgain(now, cadence.nextPoll(watch.running().runningSince(), now));
      schedule.add(watch);
    }
  }

  private void drop(Watch watch) {
    watches.remove(watch.running().ref().id(), watch);
    schedule.remove(watch);
  }
}
