package dev.backlot.poll;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Endings;
import dev.backlot.port.Endings.Running;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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
  private final InstantSource clock;
  private final Map<AttemptId, Watch> watches = new HashMap<>();
  private final PriorityQueue<Watch> order = new PriorityQueue<>(Comparator.comparing(Watch::due));
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
      InstantSource clock) {
    this.store = store;
    this.provider = provider;
    this.lease = lease;
    this.cadence = cadence;
    this.rules = rules;
    this.recorder = recorder;
    this.perAccount = perAccount;
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

  /** Forgets everything: the lease was lost. */
  public void forget() {
    watches.clear();
    order.clear();
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
   * takes. A question that hangs holds one place and delays no other task.
   *
   * @return completes when every query of this pass, and what followed from it, is done
   */
  public Future<Void> runOnce() {
    Instant now = clock.instant();
    Questions questions = new Questions();
    List<Watch> noRoom = new ArrayList<>();
    while (!stopped && !order.isEmpty() && !order.peek().due().isAfter(now)) {
      Watch watch = order.remove();
      if (watches.get(watch.running().ref().id()) != watch) {
        continue;
      }
      if (!questions.join(watch) && !begin(watch, questions)) {
        noRoom.add(watch);
      }
    }
    order.addAll(noRoom);
    return Future.join(questions.all().stream().map(this::ask).toList()).mapEmpty();
  }

  private boolean begin(Watch watch, Questions questions) {
    String account = watch.running().ref().account();
    if (asking.getOrDefault(account, 0) >= perAccount) {
      return false;
    }
    asking.merge(account, 1, Integer::sum);
    questions.begin(watch);
    return true;
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
        watches.put(running.ref().id(), watch);
        order.add(watch);
      }
    }
    return null;
  }

  private Future<Void> ask(Questions.Question question) {
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
    // "Not there" for a task that was accepted is an answer about the query, not about the task.
    if (!(answer instanceof Found found)) {
      askAgain(watch);
      return Future.succeededFuture();
    }
    return rules
        .ending(watch.running(), found.report())
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
    if (watches.get(watch.running().ref().id()) == watch) {
      watch.askAgain(cadence.nextPoll(watch.running().runningSince(), clock.instant()));
      order.add(watch);
    }
  }

  private void drop(Watch watch) {
    watches.remove(watch.running().ref().id(), watch);
  }
}
