package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.TimeoutPolicy;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTermsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void a_job_of_which_nothing_is_said_has_no_terms() {
    assertThat(JobTerms.read(new JsonObject(), NOW)).isEqualTo(Terms.NONE);
  }

  @Test
  void times_of_another_zone_are_the_same_instants() {
    Terms terms = read("{'start_at':'2026-03-01T15:00:00+01:00'}");

    assertThat(terms.startAt()).isEqualTo("2026-03-01T14:00:00Z");
  }

  @Test
  void a_span_counts_from_when_the_job_may_start() {
    Terms terms = read("{'start_at':'2026-03-01T13:00:00Z','start_within_seconds':60}");

    assertThat(terms.expiresAt()).isEqualTo("2026-03-01T13:01:00Z");
  }

  @Test
  void a_span_counts_from_now_when_the_start_has_passed() {
    Terms terms = read("{'start_at':'2026-02-01T13:00:00Z','start_within_seconds':60}");

    assertThat(terms.expiresAt()).isEqualTo("2026-03-01T12:01:00Z");
  }

  @Test
  void of_a_span_and_a_time_the_earlier_counts() {
    Terms terms = read("{'expires_at':'2026-03-01T12:00:30Z','start_within_seconds':60}");

    assertThat(terms.expiresAt()).isEqualTo("2026-03-01T12:00:30Z");
  }

  @Test
  void policies_are_read() {
    Terms terms = read("{'fallback':false,'on_timeout':'give-up'}");

    assertThat(terms.fallback()).isFalse();
    assertThat(terms.onTimeout()).isEqualTo(TimeoutPolicy.GIVE_UP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start_at   | {'start_at':'tomorrow'}",
        "start_at   | {'start_at':'2027-04-01T00:00:00Z'}",
        "expires_at | {'expires_at':'2026-03-01T12:00:00Z'}",
        "expires_at | {'start_at':'2026-03-02T00:00:00Z','expires_at':'2026-03-01T13:00:00Z'}",
      })
  void what_makes_no_sense_is_refused_with_its_field(String field, String body) {
    BacklotException refused =
        catchThrowableOfType(BacklotException.class, () -> read(body.strip()));

    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(refused.field()).contains("/" + field);
  }

  @Test
  void at_an_address_of_its_own_the_end_of_a_job_is_told_unless_it_says_otherwise() {
    assertThat(read("{'webhook_url':'https://a.example.com/'}").webhook())
        .isEqualTo(new JobWebhook("https://a.example.com/", Set.copyOf(EventTypes.ENDS), null));
    assertThat(
            read("{'webhook_url':'https://a.example.com/','webhook_events':['job.running']}")
                .webhook())
        .isEqualTo(new JobWebhook("https://a.example.com/", Set.of("job.running"), null));
  }

  @Test
  void events_without_an_address_are_refused() {
    assertThat(
            catchThrowableOfType(
                    BacklotException.class, () -> read("{'webhook_events':['job.running']}"))
                .field())
        .contains("/webhook_events");
  }

  private static Terms read(String body) {
    return JobTerms.read(new JsonObject(body.replace('\'', '"')), NOW);
  }
}
