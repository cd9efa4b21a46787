package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class IsolationTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Isolation.class);
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    written.start();
    logger.addAppender(written);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(written);
    logger.setLevel(null);
  }

  /** What a database says of a row quotes what stands in it, which may be a prompt (promise P7). */
  @Test
  void the_log_names_the_attempt_and_not_what_was_refused() {
    AttemptRef odd = ref(1);

    List<AttemptRef> applied = storing(odd).store(List.of(odd, ref(2))).result();

    assertThat(applied).containsExactly(ref(2));
    assertThat(written.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.ERROR);
              assertThat(line.getThrowableProxy()).isNull();
              assertThat(line.getKeyValuePairs().toString())
                  .contains(odd.id().toString(), odd.job().toString(), "22P05")
                  .doesNotContain("secret");
            });
  }

  @Test
  void a_database_that_is_away_is_not_asked_for_each_of_a_group() {
    IllegalStateException away = new IllegalStateException("away");
    Isolation<AttemptRef> isolation =
        new Isolation<>(each -> each, each -> Optional.empty(), group -> Future.failedFuture(away));

    assertThat(isolation.store(List.of(ref(1), ref(2))).cause()).isSameAs(away);
    assertThat(written.list).isEmpty();
  }

  private static Isolation<AttemptRef> storing(AttemptRef refused) {
    return new Isolation<>(
        each -> each,
        each -> Optional.empty(),
        group ->
            group.contains(refused)
                ? Future.failedFuture(refusal())
                : Future.succeededFuture(group));
  }

  private static Throwable refusal() {
    return PgErrors.translate(
        new PgException("invalid: a secret boat", "ERROR", "22P05", "The row has a secret boat."));
  }

  private static AttemptRef ref(int number) {
    return new AttemptRef(
        new AttemptId(new UUID(1, number)),
        new JobId(new UUID(2, number)),
        new TenantId(new UUID(3, 1)),
        1,
        "one",
        "/v1/videos/text2video",
        "external-" + number);
  }
}
