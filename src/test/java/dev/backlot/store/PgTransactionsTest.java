package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.database.TestDatabase;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgTransactionsTest {
  private static final String INSERT =
      "INSERT INTO tenant (id, name, created_at) VALUES (gen_random_uuid(), $1, now())";

  private final Vertx vertx = Vertx.vertx();
  private TestDatabase database;
  private PgTransactions transactions;

  @BeforeEach
  void open() {
    database = TestDatabase.create(vertx);
    transactions = new PgTransactions(vertx, database.pool(), new Random(1));
  }

  @AfterEach
  void close() throws Exception {
    database.close();
    await(vertx.close());
  }

  @Test
  void one_flight_commits_what_it_issued() throws Exception {
    await(transactions.inOneFlight(tx -> tx.execute(INSERT, Tuple.of("first"))));

    assertThat(tenants()).isEqualTo(1);
  }

  @Test
  void a_failed_statement_that_nobody_looks_at_undoes_the_flight() {
    Future<String> flight =
        transactions.inOneFlight(
            tx -> {
              tx.execute(INSERT, Tuple.of("first"));
              tx.execute("SELECT 1 / 0");
              return Future.succeededFuture("done");
            });

    assertThatThrownBy(() -> await(flight)).hasCauseInstanceOf(BacklotException.class);
    assertThat(tenants()).isZero();
  }

  @Test
  void work_that_throws_before_the_commit_undoes_the_flight() {
    Future<String> flight =
        transactions.inOneFlight(
            tx -> {
              tx.execute(INSERT, Tuple.of("first"));
              throw new IllegalStateException("a defect");
            });

    assertThatThrownBy(() -> await(flight)).hasCauseInstanceOf(BacklotException.class);
    assertThat(tenants()).isZero();
  }

  @Test
  void the_second_flight_is_decided_on_what_the_first_has_read() throws Exception {
    long found =
        await(
            transactions.inTwoFlights(
                tx -> {
                  tx.execute(INSERT, Tuple.of("first"));
                  return tx.execute("SELECT count(*) AS found FROM tenant");
                },
                (rows, tx) -> {
                  long count = rows.iterator().next().getLong("found");
                  tx.execute(INSERT, Tuple.of("number-" + count));
                  return Future.succeededFuture(count);
                }));

    assertThat(found).isOne();
    assertThat(database.text("SELECT string_agg(name, ' ' ORDER BY name) FROM tenant"))
        .isEqualTo("first number-1");
  }

  @Test
  void a_first_flight_that_fails_in_java_rolls_back() {
    Future<Object> flights =
        transactions.inTwoFlights(
            tx ->
                tx.execute(INSERT, Tuple.of("first"))
                    .compose(
                        done ->
                            Future.failedFuture(
                                new BacklotException(ErrorCode.JOB_ENDED, "decided in Java"))),
            (read, tx) -> Future.succeededFuture());

    assertThatThrownBy(() -> await(flights))
        .cause()
        .isInstanceOfSatisfying(
            BacklotException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_ENDED));
    assertThat(tenants()).isZero();
  }

  @Test
  void a_deadlock_is_run_again() throws Exception {
    AtomicInteger runs = new AtomicInteger();

    String result =
        await(
            transactions.inOneFlight(
                tx ->
                    runs.incrementAndGet() < 3
                        ? tx.execute("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")
                            .map(rows -> "never")
                        : tx.execute(INSERT, Tuple.of("first")).map(rows -> "done")));

    assertThat(result).isEqualTo("done");
    assertThat(runs).hasValue(3);
    assertThat(tenants()).isEqualTo(1);
  }

  @Test
  void a_deadlock_that_stays_is_given_up_after_five_repeats() {
    AtomicInteger runs = new AtomicInteger();
    Future<Object> deadlocks =
        transactions.inOneFlight(
            tx -> {
              runs.incrementAndGet();
              return tx.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$").mapEmpty();
            });

    assertThatThrownBy(() -> await(deadlocks)).hasCauseInstanceOf(BacklotException.class);
    assertThat(runs).hasValue(1 + PgTransactions.MAX_REPEATS);
  }

  private long tenants() {
    return database.number("SELECT count(*) FROM tenant");
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
