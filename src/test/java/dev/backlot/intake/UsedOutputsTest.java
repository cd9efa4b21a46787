package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.StandIns.Reaches;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uses;
import dev.backlot.domain.job.Uses.Use;
import dev.backlot.port.MadeOutputs;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsedOutputsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final TenantId TENANT = new TenantId(new UUID(0, 1));
  private static final long NUMBER = 900_000_000_000_000_005L;
  private static final JobId JOB =
      new JobId(UUID.fromString("01940000-0000-7000-8000-000000000005"));
  private static final MadeOutputs.Made CLIP_AND_SOUND =
      made(NUMBER, JOB, "main", output(0, "video", "77"), output(1, "audio", "78"));

  private static Output output(int n, String type, String theirs) {
    return new Output(n, type, "5", false, type + "s/0/url", theirs, null);
  }

  private static MadeOutputs.Made made(long number, JobId job, String account, Output... outputs) {
    return new MadeOutputs.Made(
        number, job, account, NOW.minus(Duration.ofDays(29)), List.of(outputs));
  }

  private static Submission submission() {
    return new Submission(
        new JobId(new UUID(0, 2)),
        TENANT,
        "key",
        "video-extend",
        "video-extend",
        "{}",
        "{}",
        0,
        "default",
        "video-extend/video",
        1,
        NOW,
        NOW,
        Asset.VIDEO_UNIT,
        Credits.of("3.5"),
        "2026-09",
        "{}",
        null);
  }

  private static Use use(String id, String type, boolean others) {
    return new Use("/" + type + "_id", id, type, others);
  }

  private static Submission using(List<MadeOutputs.Made> there, Use... uses) {
    return using((pool, account) -> Reach.everywhere(), there, uses);
  }

  private static Submission using(Reaches reaches, List<MadeOutputs.Made> there, Use... uses) {
    Submission submission = submission().using(Uses.of(List.of(uses)));
    MadeOutputs store = (tenant, numbers, jobs) -> Future.succeededFuture(there);
    return new UsedOutputs(store, reaches, InstantSource.fixed(NOW))
        .find(TENANT, List.of(submission))
        .result()
        .in(submission);
  }

  private static Pinned pinned(Submission submission) {
    return Objects.requireNonNull(submission.terms().uses().pinned());
  }

  @Test
  void a_result_is_found_by_its_own_id() {
    String id = OutputId.of(NUMBER, 1).orElseThrow().text();

    assertThat(pinned(using(List.of(CLIP_AND_SOUND), use(id, "audio", false))))
        .isEqualTo(new Pinned("main", Map.of("/audio_id", "78")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"900000000000000005", "01940000-0000-7000-8000-000000000005"})
  void a_result_is_found_by_its_job(String job) {
    assertThat(pinned(using(List.of(CLIP_AND_SOUND), use(job, "audio", false))).ids())
        .containsEntry("/audio_id", "78");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"900000000000000006", "800000000000000058", "867283741759111202", "nothing"})
  void what_nobody_made_is_refused(String id) {
    assertThatThrownBy(() -> using(List.of(CLIP_AND_SOUND), use(id, "video", false)))
        .isInstanceOfSatisfying(
            BacklotException.class, no -> assertThat(no.field()).contains("/input/video_id"));
  }

  @Test
  void a_result_of_another_type_is_refused() {
    String sound = OutputId.of(NUMBER, 1).orElseThrow().text();

    assertThatThrownBy(() -> using(List.of(CLIP_AND_SOUND), use(sound, "video", false)))
        .isInstanceOf(BacklotException.class);
  }

  @Test
  void a_result_is_gone_after_thirty_days() {
    MadeOutputs.Made old =
        new MadeOutputs.Made(
            NUMBER, JOB, "main", NOW.minus(Duration.ofDays(31)), List.of(output(0, "video", "77")));

    assertThatThrownBy(() -> using(List.of(old), use(String.valueOf(NUMBER), "video", false)))
        .isInstanceOf(BacklotException.class);
  }

  @Test
  void a_preset_stays_as_it_is_and_pins_nothing() {
    Submission submission = using(List.of(), use("829836802793406551", "element", true));

    assertThat(submission.terms().uses().pinned()).isNull();
  }

  @Test
  void what_was_made_by_two_accounts_cannot_be_used_together() {
    MadeOutputs.Made other =
        made(NUMBER + 1, new JobId(new UUID(7, 7)), "second", output(0, "video", "79"));

    assertThatThrownBy(
            () ->
                using(
                    List.of(CLIP_AND_SOUND, other),
                    use(String.valueOf(NUMBER), "audio", false),
                    use(String.valueOf(NUMBER + 1), "video", false)))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("cannot be used together");
  }

  @Test
  void a_result_of_an_account_that_is_gone_or_has_no_slots_cannot_be_used() {
    Reaches other = (pool, account) -> account == null ? Reach.everywhere() : new Reach(Set.of());

    assertThatThrownBy(
            () ->
                using(
                    other,
                    List.of(CLIP_AND_SOUND),
                    use("829836802793406551", "element", true),
                    use(String.valueOf(NUMBER), "video", false)))
        .isInstanceOfSatisfying(
            BacklotException.class,
            no -> {
              assertThat(no.code()).isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
              assertThat(no.field()).contains("/input/video_id");
              assertThat(no.detail()).contains("Make the result anew").doesNotContain("main");
            });
  }

  @Test
  void a_job_that_uses_nothing_asks_nothing() {
    Submission submission = submission();
    MadeOutputs never =
        (tenant, numbers, jobs) -> {
          throw new AssertionError("asked for " + Set.of(numbers, jobs));
        };

    assertThat(
            new UsedOutputs(never, (pool, account) -> Reach.everywhere(), InstantSource.fixed(NOW))
                .find(TENANT, List.of(submission))
                .result()
                .in(submission))
        .isSameAs(submission);
  }
}
