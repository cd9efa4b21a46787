package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that succeeds late, under each policy, and what Kling billed for it beside our books. */
class LateEndsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void kept_and_waited_for_both_succeed_and_are_paid_by_their_tenant() {
    try (BacklotProcess backlot = start("keep", "wait")) {
      Api api = backlot.client();
      String cancelled = runs(api);
      String late = runs(api);
      assertThat(cancel(api, cancelled)).isEqualTo(202);
      Eventually.until("overdue", PATIENCE, () -> api.job(late).getBoolean("overdue"));

      backlot.letRender();

      Jobs.awaitAll(api, List.of(cancelled, late), "succeeded");
      assertThat(cancel(api, late)).isEqualTo(409);
      Books books = new Books(backlot);
      assertThat(books.balance("spent")).isPositive();
      assertThat(books.balance("provider_loss")).isZero();
      books.assertExact();
    }
  }

  @Test
  void what_is_discarded_is_paid_by_its_tenant() {
    try (BacklotProcess backlot = start("discard", "wait")) {
      Api api = backlot.client();
      String cancelled = runs(api);
      assertThat(cancel(api, cancelled)).isEqualTo(202);

      backlot.letRender();

      Jobs.awaitAll(api, List.of(cancelled), "canceled");
      assertThat(cancel(api, cancelled)).isEqualTo(200);
      Books books = new Books(backlot);
      assertThat(books.balance("spent")).isPositive();
      books.assertExact();
    }
  }

  @Test
  void what_is_given_up_is_paid_by_us() {
    try (BacklotProcess backlot = start("keep", "give-up")) {
      Api api = backlot.client();
      String late = runs(api);
      String cancelled = runs(api);
      assertThat(cancel(api, cancelled)).isEqualTo(202);
      Jobs.awaitAll(api, List.of(late), "failed");
      Jobs.awaitAll(api, List.of(cancelled), "canceled");
      Books books = new Books(backlot);
      assertThat(api.job(late).getJsonObject("error").getString("code"))
          .isEqualTo("generation-timeout");
      assertThat(books.number("SELECT sum(in_flight) FROM slot")).isEqualTo(2);
      assertThat(books.number("SELECT count(*) FROM reservation WHERE outcome <> 'released'"))
          .isZero();
      int version = api.job(late).getInteger("version");

      backlot.letRender();

      Eventually.until(
          "no attempt is open",
          PATIENCE,
          () -> books.number("SELECT count(*) FROM attempt WHERE closed_at IS NULL") == 0);
      assertThat(api.job(late).getInteger("version")).isEqualTo(version);
      assertThat(books.number("SELECT sum(in_flight) FROM slot")).isZero();
      assertThat(books.balance("spent")).isZero();
      assertThat(books.balance("provider_loss")).isPositive();
      books.assertExact();
    }
  }

  private BacklotProcess start(String onCancel, String onTimeout) {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("poll.on-cancel", onCancel);
    settings.put("poll.on-timeout", onTimeout);
    settings.put("poll.overdue", "1s");
    settings.put("poll.overdue-interval", "200ms");
    // So long that a cancellation is in time.
    settings.put("poll.give-up-after", "6s");
    settings.put("poll.reload", "200ms");
    settings.put("sweep.follow", "200ms");
    return BacklotProcess.start(directory, settings);
  }

  private static String runs(Api api) {
    String id = api.submit("a boat");
    Eventually.until("it runs", PATIENCE, () -> api.job(id).getString("state").equals("running"));
    return id;
  }

  private static int cancel(Api api, String id) {
    return api.post("/api/v1/jobs/" + id + "/cancel", "{}").status();
  }
}
