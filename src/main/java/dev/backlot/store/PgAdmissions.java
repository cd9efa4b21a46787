package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.port.Admissions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction per group, its statements sent in one flight.
 *
 * <p>When the connection is lost at the commit, the same group is stored again, under the same ids,
 * on another connection. Its inserts wait for a commit that is still under way, so what they find
 * is final. At the commit deadline the outcome is reported as unknown. Behind a shut gate a group
 * of which nothing was sent is refused at once: that may last for hours, and others wait behind it.
 */
public final class PgAdmissions implements Admissions {
  private static final Logger LOG = LoggerFactory.getLogger(PgAdmissions.class);
  private static final int PAUSE_MAX_MILLIS = 200;

  private final Vertx vertx;
  private final Pool pool;
  private final PgTransactions transactions;
  private final RandomGenerator random;
  private final Duration commitDeadline;
  private final LongSupplier ticker;

  /**
   * @param commitDeadline longest time from the start of {@link #admit} to its answer
   * @param ticker nanoseconds of a monotonic clock
   */
  public PgAdmissions(
      Vertx vertx,
      Pool pool,
      RandomGenerator random,
      Duration commitDeadline,
      LongSupplier ticker) {
    this.vertx = vertx;
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
    this.random = random;
    this.commitDeadline = commitDeadline;
    this.ticker = ticker;
  }

  @Override
  public Future<List<Admission>> admit(List<Submission> group, Instant now) {
    if (group.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    if (group.size() > MAX_GROUP) {
      return Future.failedFuture(
          new IllegalArgumentException("a group has at most " + MAX_GROUP + " submissions"));
    }
    AdmissionGroup prepared = new AdmissionGroup(List.copyOf(group));
    return store(prepared, new Begin(now, ticker.getAsLong()), false);
  }

  /** When a group came, by the clock and by the ticker. */
  private record Begin(Instant now, long at) {}

  /** Nanoseconds until the commit deadline. */
  private long left(Begin begin) {
    return begin.at() + commitDeadline.toNanos() - ticker.getAsLong();
  }

  private Future<List<Admission>> store(AdmissionGroup group, Begin begin, boolean inDoubt) {
    Sending sending = new Sending();
    return transactions
        .inOneFlight(tx -> sending.begin() ? flight(tx, group, begin) : tooLate())
        .timeout(Math.max(1, left(begin)), TimeUnit.NANOSECONDS)
        .recover(
            failure -> {
              boolean nothingSent = sending.giveUp();
              BacklotException reason = PgErrors.translate(failure);
              boolean stillInDoubt = inDoubt || (!nothingSent && mayHaveCommitted(failure, reason));
              return storeAgain(reason, group, begin, stillInDoubt);
            });
  }

  private Future<List<Admission>> storeAgain(
      BacklotException reason, AdmissionGroup group, Begin begin, boolean inDoubt) {
    boolean mayHelp =
        reason.code() == ErrorCode.OUTCOME_UNKNOWN
            || reason.code() == ErrorCode.STORE_UNAVAILABLE
            || (inDoubt && reason.code() == ErrorCode.OVERLOADED);
    boolean isRefused = !inDoubt && Borrowed.isShut(pool);
    if (!mayHelp || isRefused || left(begin) <= 0) {
      return Future.failedFuture(inDoubt ? PgErrors.outcomeUnknown(reason) : reason);
    }
    LOG.atWarn()
        .addKeyValue("inDoubt", inDoubt)
        .addKeyValue("reason", reason.code())
        .log("the database was lost while a group was being stored; it is stored again");
    return vertx
        .timer(1 + random.nextInt(PAUSE_MAX_MILLIS))
        .compose(waited -> store(group, begin, inDoubt));
  }

  private static boolean mayHaveCommitted(Throwable failure, BacklotException reason) {
    return failure instanceof TimeoutException || reason.code() == ErrorCode.OUTCOME_UNKNOWN;
  }

  private static <T> Future<T> tooLate() {
    throw new BacklotException(ErrorCode.STORE_UNAVAILABLE, "No connection in time");
  }

  /** Whether the statements of an attempt were sent; once given up they never will be. */
  private static final class Sending {
    private enum State {
      WAITING,
      SENT,
      GIVEN_UP
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /** True unless the attempt was given up; true again when a deadlock repeats it. */
    boolean begin() {
      return state.compareAndSet(State.WAITING, State.SENT) || state.get() == State.SENT;
    }

    /** True when nothing was sent. */
    boolean giveUp() {
      return state.compareAndSet(State.WAITING, State.GIVEN_UP);
    }
  }

  private Future<List<Admission>> flight(Statements tx, AdmissionGroup group, Begin begin) {
    if (group.hasKeys()) {
      tx.execute(AdmissionSql.CLAIM_KEYS, group.keys(begin.now()));
    }
    List<Tuple> inputs = group.inputs();
    if (!inputs.isEmpty()) {
      tx.execute(SilenceSql.ALLOW);
      inputs.forEach(input -> tx.execute(InputSql.KEEP, input));
      tx.execute(SilenceSql.END);
    }
    tx.execute(AdmissionSql.LOCK_BALANCES, group.purses());
    OwedReplies replies = group.replies();
    if (replies.areNone()) {
      tx.execute(AdmissionSql.ACCEPT, group.jobs());
    } else {
      // A repeat of the flight may come much later than the group.
      Instant now = begin.now().plusNanos(ticker.getAsLong() - begin.at());
      tx.execute(AdmissionSql.ACCEPT_ANSWERED, replies.behind(group.jobs(), now));
      tx.execute(ClientReplySql.KEEP, replies.kept());
    }
    group.webhooks().ifPresent(webhooks -> tx.execute(JobWebhookSql.ATTACH, webhooks));
    Lanes.due(group.lanes(), tx);
    for (Tuple input : inputs) {
      tx.execute(InputSql.DROP_OF_REFUSED, Rows.arguments(input.getValue(0), input.getValue(1)));
    }
    Future<RowSet<Row>> refused = tx.execute(AdmissionSql.REFUSED, group.questions());
    tx.execute(EventSql.LOCK_LOG);
    tx.execute(AdmissionSql.APPEND_QUEUED, group.events());
    return refused.map(group::admissions);
  }
}
