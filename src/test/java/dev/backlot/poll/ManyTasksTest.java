package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Bus;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.job.TimeoutPolicy;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.Endings.Running;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten thousand running tasks on one node, in time that moves only when told. */
class ManyTasksTest {
  private static final int TASKS = 10_000;
  private static final int HANGING = 100;
  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration ALLOWED = Duration.ofSeconds(1);
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final Instant END = START.plusSeconds(60);
  private static final PollCadence CADENCE =
      new PollCadence(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(15),
          Duration.ofMinutes(1),
          Duration.ofMillis(200));

  private static final Duration EVERY = Duration.ofSeconds(10);

  /** With one pause for all, a task is due that long after its last answer. */
  private static final PollCadence STEADY =
      new PollCadence(
          EVERY,
          EVERY,
          EVERY,
          EVERY,
          Duration.ofMinutes(15),
          Duration.ofMinutes(1),
          Duration.ofMillis(1));

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final RunningTasks store = new RunningTasks(tasks());
  private final RenderTimes times = new RenderTimes();

  private Poller poller(CrowdedProvider provider) {
    return poller(store, CADENCE, provider);
  }

  private Poller poller(RunningTasks store, PollCadence cadence, CrowdedProvider provider) {
    return new Poller(
        store,
        provider,
        new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofSeconds(10), () -> 0),
        new Pace(cadence, times, new Random(5)),
        new RenderLearning(times, new NoHistory(), now::get),
        new EndingRules(
            2,
            tries -> Duration.ofSeconds(1),
            new TimeOut(TimeoutPolicy.WAIT, Duration.ofHours(1))),
        new EndingRecorder(store, Bus.install(vertx), now::get, CancelPolicy.KEEP, 1_000),
        new Places(32, Duration.ofMillis(200)),
        Duration.ofSeconds(1),
        now::get);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** Of one account that goes by id and one that goes by lists, some of them just taken over. */
  private static List<Running> tasks() {
    return tasks(START, Duration.ofMillis(-11), 2);
  }

  /**
   * @param spread how much later each began than the one before it
   * @param newerEvery every so many-th is asked for by its id
   */
  private static List<Running> tasks(Instant from, Duration spread, int newerEvery) {
    List<Running> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      boolean newer = i % newerEvery == 0;
      AttemptRef ref =
          new AttemptRef(
              new AttemptId(new UUID(1, i)),
              new JobId(new UUID(2, i)),
              new TenantId(new UUID(3, i % 7)),
              1,
              newer ? "by-id" : "by-list",
              "/v1/videos/path-" + i % 4,
              "external-" + i);
      tasks.add(
          new Running(
              ref,
              newer ? "path-per-model" : "legacy",
              "task-" + i,
              "kling-v3",
              from.plus(spread.multipliedBy(i)),
              0,
              null,
              new RenderProfile("text2video", "kling-v3", "pro", 5)));
    }
    return tasks;
  }

  @Test
  void each_is_looked_at_a_second_after_it_is_due_at_the_latest_though_a_hundred_queries_hang() {
    CrowdedProvider provider = new CrowdedProvider(now::get, HANGING, task -> false);

    watch(provider);

    assertThat(provider.hung()).isEqualTo(HANGING);
    assertThat(provider.longestGap(START, END, TASKS))
        .as("longest time without a look, the longest pause included")
        .isLessThanOrEqualTo(CADENCE.longest().plus(ALLOWED));
    assertThat(provider.requests()).isLessThan(TASKS);
  }

  @Test
  void a_hundred_tasks_whose_queries_always_hang_delay_others_by_one_deadline_at_most() {
    Set<String> hanging =
        IntStream.range(0, HANGING).mapToObj(i -> "task-" + 98 * i).collect(Collectors.toSet());
    CrowdedProvider provider = new CrowdedProvider(now::get, 0, hanging::contains);

    watch(provider);

    assertThat(provider.longestGap(START, END, TASKS))
        .as("longest time without a look at the others, the longest pause included")
        .isLessThanOrEqualTo(CADENCE.longest().plus(CrowdedProvider.DEADLINE));
  }

  @Test
  void a_hundred_questions_in_a_row_that_hang_delay_none_for_more_than_a_second() {
    CrowdedProvider provider =
        CrowdedProvider.silent(now::get, HANGING, START.plus(EVERY).plus(EVERY));
    RunningTasks evenly = new RunningTasks(tasks(START.minus(EVERY), EVERY.dividedBy(TASKS), 1));

    watch(poller(evenly, STEADY, provider), provider);

    assertThat(provider.hung()).isEqualTo(HANGING);
    assertThat(provider.longestGap(START, END, TASKS))
        .as("longest time without a look")
        .isLessThanOrEqualTo(EVERY.plus(ALLOWED));
  }

  private void watch(CrowdedProvider provider) {
    watch(poller(provider), provider);
  }

  private void watch(Poller poller, CrowdedProvider provider) {
    assertThat(poller.loadAll().succeeded()).isTrue();
    assertThat(poller.watched()).isEqualTo(TASKS);
    for (Instant at = START; at.isBefore(END); at = at.plus(TICK)) {
      now.set(at);
      provider.answerWhatIsReady();
      provider.giveUpWhatHangs();
      poller.runOnce();
    }
  }
}
