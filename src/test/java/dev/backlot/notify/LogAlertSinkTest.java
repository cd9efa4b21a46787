package dev.backlot.notify;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogAlertSinkTest {
  private static final Instant SINCE = Instant.parse("2026-03-01T00:00:00Z");

  private final Logger logger = (Logger) LoggerFactory.getLogger(LogAlertSink.class);
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

  @Test
  void firing_is_a_warning_with_its_facts() {
    assertThat(new LogAlertSink().notify(alert(AlertState.FIRING)).succeeded()).isTrue();

    assertThat(written.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.WARN);
              assertThat(line.getFormattedMessage()).isEqualTo("alert firing");
              assertThat(line.getKeyValuePairs())
                  .extracting(pair -> pair.key)
                  .containsExactly("alertId", "rule", "subject", "summary", "since");
            });
  }

  @Test
  void resolved_is_information() {
    assertThat(new LogAlertSink().notify(alert(AlertState.RESOLVED)).succeeded()).isTrue();

    assertThat(written.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.INFO);
              assertThat(line.getFormattedMessage()).isEqualTo("alert resolved");
            });
  }

  private static Alert alert(AlertState state) {
    return new Alert(
        new UUID(0, 1),
        "low_credit",
        "acme/video_unit",
        state,
        "Tenant acme has 5 of 100 video_unit left.",
        SINCE,
        SINCE,
        state == AlertState.RESOLVED ? SINCE : null);
  }
}
