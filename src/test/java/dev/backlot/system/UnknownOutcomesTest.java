package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P2 under a provider that takes tasks and does not say so. */
class UnknownOutcomesTest {
  private static final int LOST = 1_000;
  private static final int LATE = 100;
  private static final int INVISIBLE = 100;
  private static final int HORIZON_MILLIS = 8_000;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "dispatch.unknown-horizon", HORIZON_MILLIS + "ms",
          "dispatch.lookup-base", "200ms",
          "dispatch.lookup-cap", "2s",
          "dispatch.retry-budget", "100000",
          "dispatch.max-sends", "10",
          "provider.breaker.failures", "10000",
          "provider.accounts[0].slots.default", "200",
          "simulator.slots", "200",
          "simulator.render", "immediate",
          "poll.first", "100ms");

  @TempDir Path directory;

  @Test
  void no_task_is_made_twice_and_none_is_left_behind() {
    Random random = new Random(7);
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < LOST; i++) {
      prompts.add("[sim:lost] a boat");
    }
    for (int i = 0; i < LATE; i++) {
      int delay = 1 + random.nextInt(HORIZON_MILLIS - 1_000);
      prompts.add("[sim:late=" + delay + "ms] a boat");
    }
    for (int i = 0; i < INVISIBLE; i++) {
      prompts.add("[sim:lost] [sim:invisible=" + (1 + random.nextInt(4)) + "s] a boat");
    }
    try (BacklotProcess backlot = BacklotProcess.start(directory, SETTINGS)) {
      Api api = backlot.client();
      prompts.forEach(api::submit);
      Books books = new Books(backlot);
      Eventually.until(
          "every job has ended",
          Duration.ofMinutes(3),
          () -> books.text("SELECT count(*) FROM job WHERE ended_at IS NULL").equals("0"));

      JsonObject simulator = books.simulator();
      assertThat(simulator.getInteger("dropped") + simulator.getInteger("accepted"))
          .as("the faults really happened")
          .isGreaterThanOrEqualTo(prompts.size());
      assertThat(books.text("SELECT count(*) FROM job WHERE state <> 'succeeded'")).isEqualTo("0");
      assertThat(simulator.getInteger("accepted")).isEqualTo(prompts.size());
      books.assertExact();
    }
  }
}
