package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.domain.job.JobState;
import dev.backlot.stream.GatedLog.Query;
import dev.backlot.stream.LogTail.Batch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogTailTest {
  private static final int BATCH = 10;

  private final GatedLog log = new GatedLog();
  private final List<Batch> delivered = new ArrayList<>();
  private boolean breaks;
  private Future<Void> taken = Future.succeededFuture();
  private final LogTail tail = new LogTail(log, BATCH, this::deliver);

  @BeforeEach
  void start() {
    tail.start();
  }

  @Test
  void it_begins_at_the_end_of_the_log() {
    assertThat(new LogTail(log, BATCH, this::deliver).position()).isNegative();
    assertThat(tail.position()).isZero();
  }

  @Test
  void everything_is_delivered_once_and_in_order() {
    log.append(1, 25);

    Future<Integer> run = runToTheEnd();

    assertThat(positions()).isEqualTo(LongStream.rangeClosed(1, 25).boxed().toList());
    assertThat(run.result()).isEqualTo(25);
    assertThat(tail.position()).isEqualTo(25);
  }

  @Test
  void no_batch_is_larger_than_the_bound() {
    log.append(1, 25);

    runToTheEnd();

    assertThat(log.queries()).extracting(Query::limit).containsOnly(BATCH);
    assertThat(delivered).extracting(batch -> batch.frames().size()).containsExactly(10, 10, 5);
    assertThat(delivered).extracting(Batch::upTo).containsExactly(10L, 20L, 25L);
  }

  @Test
  void it_reads_on_after_a_full_batch_and_stops_after_another() {
    log.append(1, 20);

    runToTheEnd();

    assertThat(log.queries()).extracting(Query::position).containsExactly(0L, 10L, 20L);
  }

  @Test
  void a_hole_in_the_positions_is_passed() {
    log.append(3, 4);
    log.append(9, 9);

    runToTheEnd();

    assertThat(positions()).containsExactly(3L, 4L, 9L);
  }

  @Test
  void nothing_new_delivers_nothing() {
    Future<Integer> run = runToTheEnd();

    assertThat(run.result()).isZero();
    assertThat(delivered).isEmpty();
  }

  @Test
  void after_a_failure_the_next_run_reads_from_the_same_place() {
    log.append(1, 15);
    Future<Integer> run = tail.runOnce();
    log.answer();
    log.fail();

    runToTheEnd();

    assertThat(run.failed()).isTrue();
    assertThat(log.queries()).extracting(Query::position).containsExactly(0L, 10L, 10L);
    assertThat(positions()).isEqualTo(LongStream.rangeClosed(1, 15).boxed().toList());
  }

  @Test
  void a_batch_that_could_not_be_handed_on_is_read_again() {
    log.append(1, 15);
    breaks = true;
    Future<Integer> run = tail.runOnce();
    log.answer();
    assertThat(run.failed()).isTrue();
    breaks = false;

    runToTheEnd();

    assertThat(positions()).isEqualTo(LongStream.rangeClosed(1, 15).boxed().toList());
  }

  @Test
  void the_next_query_waits_until_the_batch_was_taken() {
    log.append(1, 25);
    Promise<Void> busy = Promise.promise();
    taken = busy.future();
    tail.runOnce();

    log.answer();

    assertThat(log.queries()).as("while the hubs work").hasSize(1);
    busy.complete();
    assertThat(log.queries()).as("when they are done").hasSize(2);
  }

  @Test
  void an_advance_is_news_when_it_is_further_or_unknown() {
    log.append(1, 5);
    runToTheEnd();

    assertThat(tail.isBehind(6)).isTrue();
    assertThat(tail.isBehind(5)).isFalse();
    assertThat(tail.isBehind(0)).as("not known, so look").isTrue();
  }

  /** With the verticle around it, which is what wakes. */
  @Test
  void there_is_one_query_at_a_time_however_often_it_is_woken() throws Exception {
    FakeEventLog busy = new FakeEventLog();
    Vertx vertx = Vertx.vertx();
    try {
      Bus bus = Bus.install(vertx);
      StreamVerticle verticle = new StreamVerticle(StreamServer.config(), bus, busy, new Hubs());
      vertx.deployVerticle(verticle).await(20, TimeUnit.SECONDS);
      for (int n = 1; n <= 2_000; n++) {
        busy.append(StreamServer.TENANT, StatusSocketTest.job(n), JobState.QUEUED);
        bus.publish(Addresses.LOG_ADVANCED, new Addresses.LogAdvanced(n));
      }
      Waiting.until(() -> verticle.position() == 2_000);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }

    assertThat(busy.tailQueriesAtOnceMax()).isOne();
  }

  private Future<Void> deliver(Batch batch) {
    if (breaks) {
      throw new IllegalStateException("the bus is broken");
    }
    delivered.add(batch);
    return taken;
  }

  private Future<Integer> runToTheEnd() {
    Future<Integer> run = tail.runOnce();
    while (log.open() > 0) {
      log.answer();
    }
    assertThat(run.succeeded()).isTrue();
    return run;
  }

  private List<Long> positions() {
    return delivered.stream()
        .flatMap(batch -> batch.frames().stream())
        .map(Frame::position)
        .toList();
  }
}
