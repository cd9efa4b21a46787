package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Endings;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Finished;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is woken by endings. */
class EndingRecorderTest {
  private static final Ending ENDING =
      new Ending.Succeeded(
          new AttemptRef(
              new AttemptId(new UUID(1, 1)),
              new JobId(new UUID(2, 1)),
              new TenantId(new UUID(3, 1)),
              1,
              "account-a",
              "/v1/videos/text2video",
              "external-1"),
          new TaskReport.Succeeded("task-1", List.of(), null, "{}"));

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void slots_that_stay_free_wake_dispatch() throws Exception {
    assertThat(wokenBy(new Finished(List.of(ENDING), 3, 0))).containsExactly("slots 3", "log");
  }

  @Test
  void slots_that_were_given_away_at_once_wake_nobody() throws Exception {
    assertThat(wokenBy(new Finished(List.of(ENDING), 0, 0))).containsExactly("log");
  }

  @Test
  void jobs_that_were_put_back_wake_whoever_has_slots() throws Exception {
    assertThat(wokenBy(new Finished(List.of(ENDING), 0, 2))).containsExactly("log", "jobs 2");
  }

  @Test
  void what_came_too_late_wakes_nobody() throws Exception {
    assertThat(wokenBy(new Finished(List.of(), 0, 0))).isEmpty();
  }

  @Test
  void after_a_commit_in_doubt_everybody_looks() throws Exception {
    Endings doubtful =
        new OneAnswer(
            Future.failedFuture(new BacklotException(ErrorCode.OUTCOME_UNKNOWN, "in doubt")));

    assertThat(wokenBy(doubtful)).containsExactly("slots 1", "log", "jobs 1");
  }

  private List<String> wokenBy(Finished finished) throws Exception {
    return wokenBy(new OneAnswer(Future.succeededFuture(finished)));
  }

  /** What is heard until a message that is sent after the ending. */
  private List<String> wokenBy(Endings store) throws Exception {
    List<String> heard = new ArrayList<>();
    Future<?> done =
        Future.future(
            end ->
                vertx.runOnContext(
                    go -> {
                      bus.subscribe(
                          Addresses.SLOTS_FREED, freed -> heard.add("slots " + freed.count()));
                      bus.subscribe(Addresses.LOG_ADVANCED, grown -> heard.add("log"));
                      bus.subscribe(
                          Addresses.JOBS_QUEUED, queued -> heard.add("jobs " + queued.count()));
                      bus.subscribe(Addresses.LEASE_LOST, last -> end.complete());
                      recorder(store)
                          .record(ENDING)
                          .onComplete(
                              recorded ->
                                  bus.publish(Addresses.LEASE_LOST, new Addresses.LeaseLost(0)));
                    }));
    await(done);
    return heard;
  }

  private EndingRecorder recorder(Endings store) {
    return new EndingRecorder(store, bus, InstantSource.system(), CancelPolicy.KEEP, 10);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
