package dev.backlot.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.system.RawExchange.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws at the batch endpoint what no sound client sends: each answer is a problem, or a batch
 * that is stored whole, as its answer says; of what was refused nothing is stored.
 */
class BatchFuzzTest {
  private static final long SEED = Long.getLong("backlot.fuzz.seed", 20_261_127);
  private static final int ROUNDS = 250;
  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  @TempDir Path directory;
  private final FuzzedBodies bodies = new FuzzedBodies(new Random(SEED));
  private final List<JsonObject> accepted = new ArrayList<>();
  private BacklotProcess backlot;
  private int refused;

  @BeforeEach
  void start() {
    backlot =
        BacklotProcess.start(
            directory,
            Map.of(
                "development.credits", "1000000",
                "simulator.slots", "100",
                "simulator.time-factor", "1000",
                "poll.first", "100ms",
                "poll.shortest", "100ms",
                "poll.longest", "200ms"),
            "INFO");
  }

  @AfterEach
  void stop() {
    backlot.close();
  }

  @Test
  void a_batch_is_refused_with_a_problem_or_stored_as_its_answer_says() {
    System.out.println("fuzz seed " + SEED);
    for (int i = 0; i < ROUNDS; i++) {
      judge(post(JSON, bodies.batch()));
      judge(post(LINES, bodies.lines()));
      // Each in the place of the other, and what is not even meant to be one.
      judge(post(i % 2 == 0 ? JSON : LINES, i % 2 == 0 ? bodies.lines() : bodies.batch()));
      judge(post(i % 2 == 0 ? JSON : LINES, bodies.damaged()));
    }
    judge(post(JSON, bodies.deep()));
    judge(post(LINES, bodies.deep()));
    judge(post(LINES, "\n".repeat(100_000).getBytes(UTF_8)));
    judge(post(LINES, "{}\n".repeat(10_001).getBytes(UTF_8)));
    judge(post(JSON, new byte[0]));

    assertThat(accepted).hasSizeGreaterThan(50);
    assertThat(refused).isGreaterThan(200);
    assertNothingIsHalfStored();
    assertThat(backlot.log().lines().filter(line -> line.contains(" ERROR "))).isEmpty();
  }

  private Answer post(String type, byte[] body) {
    return RawExchange.send(
        backlot.ports().http(),
        List.of(
            "POST /api/v1/batches HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "Authorization: Bearer " + backlot.demoKey(),
            "Content-Type: " + type,
            "Content-Length: " + body.length),
        body,
        false);
  }

  private void judge(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isBetween(200, 499);
    if (answer.status() == 202) {
      accepted.add(answer.json());
      return;
    }
    refused++;
    assertThat(answer.header("Content-Type")).contains("application/problem+json");
    assertThat(answer.json().getInteger("status")).isEqualTo(answer.status());
    assertThat(answer.json().getString("code")).isNotEmpty();
  }

  private void assertNothingIsHalfStored() {
    Books books = new Books(backlot);
    assertThat(books.number("SELECT count(*) FROM batch")).isEqualTo(accepted.size());
    for (JsonObject batch : accepted) {
      String its = " FROM job WHERE batch_id = '" + batch.getString("id") + "'";
      assertThat(books.number("SELECT count(*)" + its)).isEqualTo(batch.getInteger("accepted"));
    }
    int jobs = accepted.stream().mapToInt(batch -> batch.getInteger("accepted")).sum();
    assertThat(books.number("SELECT count(*) FROM job")).isEqualTo(jobs);
    assertThat(books.number("SELECT count(*) FROM event WHERE job_version = 1")).isEqualTo(jobs);
    Eventually.until(
        "every job that may run has ended",
        Duration.ofSeconds(90),
        () ->
            books.number(
                    "SELECT count(*) FROM job WHERE ended_at IS NULL"
                        + " AND held_reason IS DISTINCT FROM 'spend_cap'")
                == 0);
    assertThat(
            books.number(
                """
                SELECT count(*) FROM job j LEFT JOIN reservation r ON r.job_id = j.id
                 WHERE coalesce(r.outcome = 'open', false)
                    <> (j.ended_at IS NULL AND j.held_reason IS DISTINCT FROM 'spend_cap')"""))
        .isZero();
  }
}
