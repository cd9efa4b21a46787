package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that takes tasks long after they were given up: promises P2 and P3 together. */
class OrphansTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int LATE = 3;
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("dispatch.unknown-horizon", "1s"),
          Map.entry("dispatch.max-sends", "1"),
          Map.entry("dispatch.lookup-base", "100ms"),
          Map.entry("dispatch.lookup-cap", "300ms"),
          Map.entry("provider.breaker.failures", "10000"),
          Map.entry("simulator.render", "immediate"),
          Map.entry("poll.first", "100ms"),
          Map.entry("poll.shortest", "100ms"),
          Map.entry("sweep.follow", "200ms"),
          Map.entry("sweep.interval", "300ms"));

  @TempDir Path directory;

  @Test
  void what_turns_up_after_its_attempt_was_replaced_is_our_loss_and_is_booked_once() {
    try (BacklotProcess backlot = BacklotProcess.start(directory, SETTINGS)) {
      Api.postTo(
          backlot.control() + "/faults",
          "{\"fault\":\"late\",\"target\":\"create\",\"count\":"
              + LATE
              + ",\"delay\":\"8s\",\"delay-max\":\"8s\"}");
      Api api = backlot.client();
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < LATE; i++) {
        jobs.add(api.submit("a boat"));
      }

      Jobs.awaitAll(api, jobs, "succeeded");
      Books books = new Books(backlot);
      Eventually.until(
          "every late task is booked",
          PATIENCE,
          () -> books.number("SELECT count(*) FROM orphan WHERE state = 'succeeded'") == LATE);

      assertThat(books.number("SELECT count(*) FROM attempt WHERE state = 'absent'"))
          .isEqualTo(LATE);
      assertThat(books.balance("provider_loss")).isPositive();
      assertThat(books.number("SELECT count(*) FROM transfer WHERE kind = 'loss'")).isEqualTo(LATE);
      books.assertExact();
    }
  }
}
