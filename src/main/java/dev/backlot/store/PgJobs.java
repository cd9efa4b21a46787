package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.Jobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every statement names the tenant: a job of another one is not found. */
public final class PgJobs implements Jobs {
  private static final int PAGE_MAX = 200;

  private final Pool pool;
  private final PgTransactions transactions;

  public PgJobs(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Optional<Job>> find(TenantId tenant, JobId id) {
    return Reads.list(pool, JobSql.FIND, Tuple.of(tenant.value(), id.value()), Rows::job)
        .map(jobs -> jobs.stream().findFirst());
  }

  @Override
  public Future<Optional<JobDetail>> detail(TenantId tenant, JobId id) {
    return Reads.list(
            pool,
            JobSql.DETAIL,
            Tuple.of(tenant.value(), id.value(), JobDetail.MAX_ATTEMPTS),
            Lineage::detail)
        .map(details -> details.stream().findFirst());
  }

  @Override
  public Future<Page<Job>> list(
      TenantId tenant, JobFilter filter, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > PAGE_MAX) {
      return Future.failedFuture(
          new IllegalArgumentException("a page has 1 to " + PAGE_MAX + " jobs"));
    }
    UUID after;
    try {
      after = JobCursor.parse(cursor);
    } catch (BacklotException notOurs) {
      return Future.failedFuture(notOurs);
    }
    Tuple page = Tuple.of(tenant.value(), after, limit + 1);
    if (filter.states().isEmpty()) {
      return Reads.list(pool, JobSql.LIST, page, Rows::job).map(jobs -> page(jobs, limit));
    }
    String[] states = filter.states().stream().map(JobState::text).toArray(String[]::new);
    return Reads.list(pool, JobSql.LIST_IN_STATES, page.addArrayOfString(states), Rows::job)
        .map(jobs -> page(jobs, limit));
  }

  @Override
  public Future<CancelResult> cancel(TenantId tenant, JobId id, Instant now) {
    Tuple which = Tuple.of(tenant.value(), id.value());
    Tuple whichNow = Tuple.of(tenant.value(), id.value(), Rows.time(now));
    return transactions.inOneFlight(
        tx -> {
          tx.execute(JobSql.LOCK, which);
          tx.execute(JobSql.LOCK_BALANCE_OF_WAITING, which);
          tx.execute(JobSql.CANCEL_WAITING, whichNow);
          tx.execute(JobSql.WISH_CANCEL, whichNow);
          Future<RowSet<Row>> job = tx.execute(JobSql.FIND, which);
          tx.execute(JobSql.LOCK_LOG_IF_CANCELED, which);
          tx.execute(JobSql.APPEND_CANCELED, which);
          return job.map(
              rows ->
                  rows.stream()
                      .findFirst()
                      .map(row -> cancelResult(Rows.job(row)))
                      .orElseGet(CancelResult.Unknown::new));
        });
  }

  @Override
  public Future<Optional<ResultSource>> resultSource(TenantId tenant, JobId id) {
    return Reads.list(
            pool,
            JobSql.RESULT_SOURCE,
            Tuple.of(tenant.value(), id.value()),
            row -> new ResultSource(row.getString("account_id"), row.getString("result")))
        .map(sources -> sources.stream().findFirst());
  }

  @Override
  public Future<Long> countOverdue() {
    return Reads.list(pool, JobSql.COUNT_OVERDUE, Tuple.tuple(), row -> row.getLong("jobs"))
        .map(counts -> counts.get(0));
  }

  @Override
  public Future<Map<String, Long>> countLive() {
    return Reads.list(
            pool,
            JobSql.COUNT_LIVE,
            Tuple.tuple(),
            row -> Map.entry(row.getString("state"), row.getLong("jobs")))
        .map(
            states ->
                states.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private static CancelResult cancelResult(Job job) {
    if (job.state() == JobState.CANCELED) {
      return new CancelResult.Canceled(job);
    }
    return job.state().isTerminal()
        ? new CancelResult.EndedOtherwise(job)
        : new CancelResult.Requested(job);
  }

  /**
   * @param found one more than the page has, when there is another page
   */
  private static Page<Job> page(List<Job> found, int limit) {
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<Job> jobs = found.subList(0, limit);
    return new Page<>(jobs, JobCursor.after(jobs.get(limit - 1).id()));
  }
}
