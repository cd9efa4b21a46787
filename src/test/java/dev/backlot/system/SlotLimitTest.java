package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P4: no more tasks than the account has slots. The simulator refuses what is too much, so
 * its own high-water mark cannot be above its limit: what counts is how often it had to refuse.
 * Tasks render for an hour; the test moves the simulator's clock.
 */
class SlotLimitTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration PROBE = Duration.ofMillis(500);
  private static final String NO_PROBES = "1h";

  @TempDir Path directory;

  @Test
  void with_the_slots_that_the_account_has_nothing_is_ever_refused() {
    try (BacklotProcess backlot = start(2, 2, NO_PROBES)) {
      SlotWitness witness = SlotWitness.install(backlot);
      Books books = new Books(backlot);
      List<String> jobs = submit(backlot, 20);
      Eventually.until("two tasks run", PATIENCE, () -> slot(books, "in_flight") == 2);

      finish(backlot, jobs);

      assertThat(slot(books, "refused")).as("refusals by 1303").isZero();
      assertThat(witness.mostInFlight()).as("both slots were used").isEqualTo(2);
      assertThat(witness.statesAboveTheLimit()).isZero();
      books.assertExact();
    }
  }

  @Test
  void without_probes_an_account_with_fewer_slots_refuses_no_more_than_the_difference() {
    try (BacklotProcess backlot = start(5, 2, NO_PROBES)) {
      SlotWitness witness = SlotWitness.install(backlot);
      Books books = new Books(backlot);
      List<String> jobs = submit(backlot, 12);
      Eventually.until(
          "the ceiling is what the account grants, and reached",
          PATIENCE,
          () -> slot(books, "in_flight") == 2 && ceiling(books) == 2 && inFlight(books) == 2);

      finish(backlot, jobs);

      assertThat(slot(books, "refused")).as("refusals by 1303").isBetween(1, 5 - 2);
      assertThat(witness.statesAboveTheLimit()).isZero();
      assertThat(witness.probes()).isZero();
      books.assertExact();
    }
  }

  @Test
  void an_account_that_grants_nothing_is_asked_by_probes_alone_until_it_does() {
    long begun = System.nanoTime();
    try (BacklotProcess backlot = start(5, 0, PROBE.toMillis() + "ms")) {
      SlotWitness witness = SlotWitness.install(backlot);
      Books books = new Books(backlot);
      List<String> jobs = submit(backlot, 8);
      Eventually.until(
          "three probes were made, and refused",
          PATIENCE,
          () -> witness.probes() >= 3 && ceiling(books) == 0);

      // A refusal shrinks the ceiling by at least one, so each needs one of the five or a probe.
      int refused = slot(books, "refused");
      assertThat(refused).as("refusals by 1303").isBetween(4, 5 + witness.probes());

      Api.postTo(backlot.control() + "/slots", "{\"model\":\"kling-v2-6\",\"slots\":2}");
      finish(backlot, jobs);

      refused = slot(books, "refused");
      assertThat(refused).as("refusals by 1303").isLessThanOrEqualTo(5 + witness.probes());
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
      assertThat((long) witness.probes())
          .as("probes keep their distance")
          .isLessThanOrEqualTo(elapsed.dividedBy(PROBE));
      assertThat(witness.statesAboveTheLimit()).isZero();
      books.assertExact();
    }
  }

  private BacklotProcess start(int configured, int granted, String probeInterval) {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("provider.accounts[0].slots.default", String.valueOf(configured));
    // No more than the slots, or it is refused at the start; a 1303 is no failure to it.
    settings.put("provider.breaker.failures", "1");
    settings.put("simulator.slots", String.valueOf(granted));
    settings.put("dispatch.probe-interval", probeInterval);
    settings.put("dispatch.interval", "50ms");
    // A refused job is back at once: only the ceiling keeps it from being sent.
    settings.put("dispatch.refusal-base", "1ms");
    settings.put("dispatch.refusal-cap", "1ms");
    return BacklotProcess.start(directory, settings);
  }

  private static List<String> submit(BacklotProcess backlot, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> backlot.client().submit("a boat among many"))
        .toList();
  }

  /** Lets an hour pass, and another, until all have had their turn. */
  private static void finish(BacklotProcess backlot, List<String> jobs) {
    Api api = backlot.client();
    Eventually.until(
        "all have succeeded",
        PATIENCE,
        () -> {
          backlot.letRender();
          return jobs.stream().allMatch(id -> api.job(id).getString("state").equals("succeeded"));
        });
  }

  private static int slot(Books books, String column) {
    JsonObject slots = books.simulator().getJsonObject("slots");
    JsonObject use = slots.getJsonObject("kling-v2-6/video", new JsonObject());
    return use.getInteger(column, 0);
  }

  private static int ceiling(Books books) {
    return books.number("SELECT min(ceiling) FROM slot");
  }

  private static int inFlight(Books books) {
    return books.number("SELECT sum(in_flight) FROM slot");
  }
}
