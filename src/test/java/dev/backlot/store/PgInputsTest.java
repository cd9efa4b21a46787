package dev.backlot.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.input.Part;
import dev.backlot.domain.input.Parts;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The long values of inputs: written with their job, read by sends alone, gone after its end. */
class PgInputsTest {
  private static final Instant NOW = StoreFixture.NOW;
  private static final String SECOND = "second part";

  private final StoreFixture fixture = new StoreFixture();
  private final Store store = fixture.store;
  private final PgRetention retention =
      new PgRetention(fixture.vertx, fixture.database.pool(), new Random(9));

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void parts_are_read_back_exactly_over_several_slices() {
    byte[] long1 = bytes(2 * PgInputs.SLICE + 77);
    JobId job = admit(submission(long1, null));

    assertThat(read(fixture.tenant, job, 0, long1.length)).isEqualTo(long1);
    assertThat(read(fixture.tenant, job, long1.length, SECOND.length()))
        .isEqualTo(SECOND.getBytes(US_ASCII));
  }

  @Test
  void a_part_that_is_not_there_is_a_defect_and_never_half_an_answer() {
    byte[] first = bytes(100);
    JobId job = admit(submission(first, null));

    assertThat(Store.failure(fixture.inputs.read(fixture.tenant, job, 100, 100)))
        .isEqualTo(ErrorCode.INTERNAL);
    assertThat(Store.failure(fixture.inputs.read(fixture.tenant, fixtureJob(), 0, 1)))
        .isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void another_tenant_cannot_read_them() {
    JobId job = admit(submission(bytes(100), null));

    assertThat(Store.failure(fixture.inputs.read(store.tenant("other", "1"), job, 0, 10)))
        .isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void a_replay_answers_the_first_job_and_stores_nothing() {
    byte[] image = bytes(1_000);
    Submission first = submission(image, "key");
    admit(first);

    List<Admission> replayed = store.admit(submission(image, "key"));

    assertThat(replayed).containsExactly(Submissions.replayOf(first));
    assertThat(inputs()).isEqualTo(1);
  }

  @Test
  void a_group_that_is_stored_again_keeps_one_input() {
    Submission submission = submission(bytes(1_000), null);
    admit(submission);

    assertThat(store.admit(submission)).containsExactly(new Admission.Accepted(submission.id()));
    assertThat(inputs()).isEqualTo(1);
  }

  @Test
  void a_job_that_cannot_be_paid_leaves_nothing() {
    TenantId poor = store.tenant("poor", "1");

    List<Admission> refused = store.admit(submission(poor, bytes(1_000), null));

    assertThat(refused.get(0)).isInstanceOf(Admission.TooLittleCredit.class);
    assertThat(inputs()).isZero();
  }

  @Test
  void claims_sends_lists_events_and_endings_never_look_at_them() throws Exception {
    fixture.slots(5);
    NodeLease lease = fixture.node("one");
    fixture.database.execute("REVOKE SELECT ON job_input FROM backlot_app");
    JobId job = admitWithoutKeys(submission(bytes(1_000), null));

    AttemptRef running = fixture.running(lease);
    Store.await(store.jobs.list(fixture.tenant, new JobFilter(Set.of()), null, 10));
    Store.await(store.jobs.find(fixture.tenant, job));
    fixture.finish(CancelPolicy.KEEP, StoreFixture.succeeded(running, null));

    assertThat(fixture.state(job)).isEqualTo("succeeded");
  }

  @Test
  void the_input_of_a_job_that_may_still_be_sent_cannot_be_deleted() {
    admit(submission(bytes(1_000), null));

    assertThatThrownBy(() -> fixture.database.execute("DELETE FROM job_input"))
        .hasMessageContaining("may still need its input");
  }

  @Test
  void retention_drops_them_a_while_after_the_end_and_never_before() throws Exception {
    JobId ended = admit(submission(bytes(1_000), null));
    JobId live = admit(submission(bytes(1_000), null));
    Store.await(store.jobs.cancel(fixture.tenant, ended, NOW));

    assertThat(remove(NOW)).isZero();
    assertThat(remove(NOW.plus(Duration.ofDays(400)))).isOne();
    assertThat(read(fixture.tenant, live, 0, 1)).hasSize(1);
    assertThat(Store.failure(fixture.inputs.read(fixture.tenant, ended, 0, 1)))
        .isEqualTo(ErrorCode.INTERNAL);
  }

  private int remove(Instant before) {
    return Store.await(retention.remove(Retention.Kind.INPUTS, before, 10));
  }

  private JobId fixtureJob() {
    return new JobId(new UUID(1, 1));
  }

  private long inputs() {
    return fixture.database.number("SELECT count(*) FROM job_input");
  }

  private byte[] read(TenantId tenant, JobId job, long offset, int length) {
    return Store.await(fixture.inputs.read(tenant, job, offset, length));
  }

  private JobId admit(Submission submission) {
    assertThat(store.admit(submission)).containsExactly(new Admission.Accepted(submission.id()));
    return submission.id();
  }

  /** The first statement of a keyed job reads what replays need; without a key nothing is read. */
  private JobId admitWithoutKeys(Submission submission) {
    fixture.database.execute("GRANT SELECT ON job_input TO backlot_app");
    JobId job = admit(submission);
    fixture.database.execute("REVOKE SELECT ON job_input FROM backlot_app");
    return job;
  }

  private Submission submission(byte[] first, @Nullable String key) {
    return submission(fixture.tenant, first, key);
  }

  private Submission submission(TenantId tenant, byte[] first, @Nullable String key) {
    Submission plain = Submissions.of(tenant, "5");
    String answer = "{\"id\":\"" + plain.id() + "\"}";
    Parts.Collector parts = new Parts.Collector();
    String input =
        "{\"image\":"
            + parts.takeOut(new Part(first, 0, first.length))
            + ",\"image_tail\":"
            + parts.takeOut(new Part(SECOND.getBytes(US_ASCII), 0, SECOND.length()))
            + "}";
    return new Submission(
        plain.id(),
        tenant,
        plain.keyId(),
        "image2video",
        plain.model(),
        input,
        "{}",
        0,
        plain.pool(),
        plain.slotClass(),
        1,
        NOW,
        NOW,
        Asset.VIDEO_UNIT,
        Credits.of("5"),
        plain.priceVersion(),
        plain.eventData(),
        key == null
            ? null
            : new Idempotency(key, "00".repeat(32), answer, NOW.plus(Duration.ofHours(1))),
        parts.parts(),
        Terms.NONE,
        "",
        0);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
