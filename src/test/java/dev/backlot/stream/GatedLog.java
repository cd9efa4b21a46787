package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.EventLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** A log whose answers to the tail come when the test says so. Thread-safe. */
final class GatedLog implements EventLog {
  /** What the tail asked for. */
  record Query(long position, int limit) {}

  private record Waiting(Query query, Promise<List<Event>> answer) {}

  private final List<Long> positions = new ArrayList<>();
  private final List<Query> queries = new ArrayList<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  synchronized void append(long first, long last) {
    LongStream.rangeClosed(first, last).forEach(positions::add);
  }

  synchronized List<Query> queries() {
    return List.copyOf(queries);
  }

  /** Queries that have no answer yet. */
  synchronized int open() {
    return waiting.size();
  }

  /** Answers the oldest open query with what is committed now. */
  void answer() {
    Waiting first;
    List<Event> events;
    synchronized (this) {
      first = waiting.remove();
      events =
          positions.stream()
              .filter(position -> position > first.query().position())
              .limit(first.query().limit())
              .map(GatedLog::event)
              .toList();
    }
    first.answer().complete(events);
  }

  void fail() {
    Waiting first;
    synchronized (this) {
      first = waiting.remove();
    }
    first.answer().fail(new IllegalStateException("away"));
  }

  @Override
  public Future<Long> head() {
    return Future.succeededFuture(0L);
  }

  @Override
  public synchronized Future<List<Event>> after(long position, int limit) {
    Query query = new Query(position, limit);
    queries.add(query);
    Promise<List<Event>> answer = Promise.promise();
    waiting.add(new Waiting(query, answer));
    return answer.future();
  }

  @Override
  public Future<List<Event>> after(TenantId tenant, Selection selection, long position, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Optional<Long>> head(TenantId tenant, BatchId batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Optional<Snapshot>> snapshot(TenantId tenant, BatchId batch, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Long> oldest() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Snapshot> snapshot(TenantId tenant, Set<JobId> jobs, int limit) {
    throw new UnsupportedOperationException();
  }

  private static Event event(long position) {
    return new Event(position, TENANT, job(1), null, 1, "job.queued", FakeEventLog.START, "{}");
  }
}
