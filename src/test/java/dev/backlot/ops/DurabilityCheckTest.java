package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.ops.HealthCheck.Finding;
import dev.backlot.ops.HealthCheck.Status;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

class DurabilityCheckTest {
  @Test
  void a_database_that_keeps_its_promise_is_well() {
    assertThat(look(Future.succeededFuture(List.of())).status()).isEqualTo(Status.UP);
  }

  @Test
  void what_is_missing_degrades_and_is_told() {
    assertThat(look(Future.succeededFuture(List.of("One.", "Two."))))
        .isEqualTo(new Finding(Status.DEGRADED, "One. Two."));
  }

  @Test
  void no_answer_degrades_because_another_check_looks_whether_the_database_answers() {
    assertThat(look(Future.failedFuture("down")).status()).isEqualTo(Status.DEGRADED);
  }

  @Test
  void a_database_that_takes_writes_is_well() {
    assertThat(lookAtDatabase(true)).isEqualTo(new Finding(Status.UP, "answers"));
  }

  @Test
  void a_database_that_takes_no_writes_is_down() {
    Finding found = lookAtDatabase(false);

    assertThat(found.status()).isEqualTo(Status.DOWN);
    assertThat(found.detail()).contains("read-only");
  }

  private static Finding look(Future<List<String>> shortcomings) {
    return HealthCheck.durability(() -> shortcomings).look().get().result();
  }

  private static Finding lookAtDatabase(boolean writable) {
    return HealthCheck.database(() -> Future.succeededFuture(writable)).look().get().result();
  }
}
