package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P4 for tasks that hold several slots: one of n images holds n. The simulator grants far
 * more than was bought, so that what its books have as most in flight is what we let through.
 */
class ImageSlotsTest {
  private static final int BOUGHT = 9;
  private static final int JOBS = 45;
  private static final int REFUSED = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  @TempDir Path directory;

  @Test
  void images_of_all_sizes_never_hold_more_slots_than_were_bought_while_creates_are_refused() {
    Map<String, String> settings =
        Map.of(
            "provider.accounts[0].slots.images", String.valueOf(BOUGHT),
            "simulator.image-slots", "1000",
            "simulator.time-factor", "60",
            "dispatch.probe-interval", "50ms",
            "dispatch.interval", "50ms",
            // What is refused is back at once: only the ceiling keeps it from being sent.
            "dispatch.refusal-base", "1ms",
            "dispatch.refusal-cap", "1ms");
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings)) {
      SlotWitness witness = SlotWitness.install(backlot);
      Api.postTo(
          backlot.control() + "/faults",
          "{\"fault\":\"error\",\"code\":1303,\"probability\":0.7,\"count\":%d}"
              .formatted(REFUSED));

      List<String> jobs =
          IntStream.range(0, JOBS).mapToObj(i -> submit(backlot.client(), 1 + i % BOUGHT)).toList();

      Eventually.until(
          "all have succeeded",
          PATIENCE,
          () -> jobs.stream().allMatch(id -> state(backlot, id).equals("succeeded")));
      Books books = new Books(backlot);
      assertThat(books.number("SELECT count(*) FROM attempt WHERE state = 'refused'"))
          .as("creates that the storm refused")
          .isEqualTo(REFUSED);
      assertThat(mostInFlight(books)).as("by the simulator's books").isEqualTo(BOUGHT);
      assertThat(witness.statesAboveTheLimit()).isZero();
      assertThat(books.number("SELECT sum(in_flight) FROM slot")).as("nothing is held").isZero();
      books.assertExact();
    }
  }

  private static String submit(Api api, int images) {
    Api.Answer answer =
        api.post(
            "/api/v1/jobs",
            "{\"kind\":\"images\",\"input\":{\"prompt\":\"a boat\",\"n\":%d}}".formatted(images));
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().getString("id");
  }

  private static String state(BacklotProcess backlot, String id) {
    return backlot.client().job(id).getString("state");
  }

  private static int mostInFlight(Books books) {
    JsonObject slots = books.simulator().getJsonObject("slots");
    return slots.fieldNames().stream()
        .filter(slotClass -> slotClass.endsWith("/image"))
        .mapToInt(slotClass -> slots.getJsonObject(slotClass).getInteger("high_water"))
        .max()
        .orElseThrow();
  }
}
