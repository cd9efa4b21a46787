package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.job.Uses;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.MadeOutputs.Made;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgMadeOutputsTest {
  /** In no id or time of ours, which digits alone may well be. */
  private static final String PROVIDERS_ID = "voice-of-theirs";

  private static final Output VOICE =
      new Output(0, "voice", null, false, "voices/0/trial_url", PROVIDERS_ID, "Bo");

  private StoreFixture store;
  private PgMadeOutputs made;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    made = new PgMadeOutputs(store.database.pool());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private AttemptRef ended() throws Exception {
    store.slots(1);
    store.job();
    AttemptRef ref = store.running(store.node("one"));
    TaskReport.Succeeded report =
        new TaskReport.Succeeded("task-" + ref.id(), List.of(VOICE), null, "{}");
    store.finish(CancelPolicy.KEEP, new Ending.Succeeded(ref, report));
    return ref;
  }

  @Test
  void what_a_job_made_is_found_with_the_account_that_made_it() throws Exception {
    AttemptRef ref = ended();

    List<Made> found = await(made.find(ref.tenant(), Set.of(), Set.of(ref.job())));

    assertThat(found).hasSize(1);
    assertThat(found.get(0).account()).isEqualTo(ref.account());
    assertThat(found.get(0).outputs()).containsExactly(VOICE);
    assertThat(await(made.find(ref.tenant(), Set.of(found.get(0).number()), Set.of())))
        .isEqualTo(found);
  }

  @Test
  void what_another_tenant_made_is_not_there() throws Exception {
    AttemptRef ref = ended();

    assertThat(await(made.find(store.store.tenant("rival", "1"), Set.of(), Set.of(ref.job()))))
        .isEmpty();
  }

  @Test
  void what_a_job_uses_is_told_to_whoever_claims_it() throws Exception {
    Pinned pinned = new Pinned("main", Map.of("/video_id", "77"));
    Submission submission = Submissions.of(store.tenant, "5").using(new Uses(List.of(), pinned));
    await(store.store.admissions.admit(List.of(submission), NOW));
    store.slots(1);
    List<Pinned> told = new ArrayList<>();

    await(
        store.dispatches.claim(
            store.node("one"),
            List.of(StoreFixture.POOL),
            List.of(StoreFixture.ACCOUNT),
            List.of(),
            1,
            new Dispatches.Planner() {
              @Override
              public List<PlannedAttempt> apply(List<QueuedJob> jobs, List<FreeSlots> slots) {
                jobs.forEach(job -> told.add(job.pinned()));
                return List.of();
              }

              @Override
              public boolean mayPlanLater(QueuedJob job) {
                return true;
              }
            },
            NOW));

    assertThat(told).containsExactly(pinned);
  }

  @Test
  void events_say_nothing_of_the_providers_ids() throws Exception {
    ended();

    assertThat(store.database.text("SELECT data::text FROM event WHERE type = 'job.succeeded'"))
        .contains("Bo")
        .doesNotContain(PROVIDERS_ID);
  }
}
