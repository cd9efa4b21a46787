package dev.backlot.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.Strays.Kind;
import dev.backlot.port.Strays.Stray;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which question is next, and when an account counts as silent. */
class EnquiryTest {
  private static final TaskLookup ANSWER = new TaskLookup.NotThere();
  private static final TaskLookup REFUSAL =
      new TaskLookup.Unclear(ErrorCode.PROVIDER_REJECTED, "no such task", 1203);
  private static final TaskLookup SILENCE =
      new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, "no answer in time");

  private final Enquiry enquiry = new Enquiry();

  @Test
  void those_of_the_older_dialect_are_asked_for_one_by_one() {
    List<Stray> page = strays(2, "legacy");
    enquiry.add(page);

    assertThat(enquiry.next()).containsExactly(page.get(0));
    assertThat(enquiry.next()).containsExactly(page.get(1));
    assertThat(enquiry.next()).isEmpty();
  }

  @Test
  void twenty_of_the_newer_dialect_are_asked_for_at_a_time() {
    enquiry.add(strays(45, "path-per-model"));

    assertThat(List.of(enquiry.next(), enquiry.next(), enquiry.next()))
        .extracting(List::size)
        .containsExactly(20, 20, 5);
  }

  @Test
  void three_silences_in_a_row_are_the_account_s() {
    enquiry.add(strays(9, "legacy"));

    answer(SILENCE, SILENCE, ANSWER, SILENCE, SILENCE, REFUSAL, SILENCE, SILENCE);
    assertThat(enquiry.isSilent()).isFalse();
    answer(SILENCE);
    assertThat(enquiry.isSilent()).isTrue();
  }

  @Test
  void those_of_a_silent_group_are_asked_for_alone_and_counted_alone() {
    List<Stray> page = strays(20, "path-per-model");
    enquiry.add(page);

    List<Stray> group = enquiry.next();
    enquiry.answered(group, Collections.nCopies(20, SILENCE));
    assertThat(enquiry.isInGroup()).isTrue();
    answer(SILENCE, SILENCE);
    assertThat(enquiry.isSilent()).isFalse();
    assertThat(enquiry.isInGroup()).isFalse();
    assertThat(enquiry.next()).containsExactly(page.get(2));
    enquiry.answered(page.subList(2, 3), List.of(SILENCE));
    assertThat(enquiry.isSilent()).isTrue();
  }

  @Test
  void of_an_answered_group_only_those_without_an_answer_are_asked_for_again() {
    List<Stray> page = strays(3, "path-per-model");
    enquiry.add(page);

    enquiry.answered(enquiry.next(), List.of(ANSWER, SILENCE, REFUSAL));

    assertThat(enquiry.next()).containsExactly(page.get(1));
    assertThat(enquiry.next()).isEmpty();
  }

  private void answer(TaskLookup... answers) {
    for (TaskLookup each : answers) {
      enquiry.answered(enquiry.next(), List.of(each));
    }
  }

  private static List<Stray> strays(int count, String dialect) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Stray(
                    Kind.DETACHED,
                    new UUID(0, i),
                    "account-a",
                    dialect,
                    "/v1/videos/text2video",
                    "task-" + i,
                    Instant.EPOCH))
        .toList();
  }
}
