package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.port.Batches.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Batches on a {@link StoreFixture}, with short words for tests. */
final class BatchFixture {
  static final Duration RECHECK = Duration.ofSeconds(2);
  static final int CHUNK = 500;

  final StoreFixture store;
  final PgBatches batches;

  BatchFixture(StoreFixture store) {
    this.store = store;
    this.batches =
        new PgBatches(store.vertx, store.database.pool(), new Random(9), store.ids::next);
  }

  /** Items of 5 units each. */
  NewBatch batch(int items) {
    return batch(items, SpendCap.NONE, null);
  }

  NewBatch capped(int items, String cap) {
    return batch(items, cap(cap), null);
  }

  static SpendCap cap(String units) {
    return new SpendCap(Map.of(Asset.VIDEO_UNIT, Credits.of(units)));
  }

  NewBatch keyed(int items, String key, char digest) {
    return batch(items, SpendCap.NONE, key(key, digest));
  }

  static Idempotency key(String key, char digest) {
    return new Idempotency(
        key, String.valueOf(digest).repeat(64), "{\"first\":true}", NOW.plusSeconds(3_600));
  }

  private NewBatch batch(int items, SpendCap cap, @Nullable Idempotency key) {
    return of(store.tenant, Submissions.many(items, store.tenant, "5"), cap, key);
  }

  /** Its share among its tenant's batches. */
  NewBatch weighed(int items, int weight) {
    return of(
        store.tenant,
        Submissions.many(items, store.tenant, "5"),
        new BatchTerms("films", weight, null, SpendCap.NONE),
        null);
  }

  NewBatch of(TenantId tenant, List<Submission> jobs, SpendCap cap, @Nullable Idempotency key) {
    return of(tenant, jobs, new BatchTerms("films", 1, null, cap), key);
  }

  private NewBatch of(
      TenantId tenant, List<Submission> jobs, BatchTerms terms, @Nullable Idempotency key) {
    BatchId id = new BatchId(store.ids.next());
    return new NewBatch(
        id,
        tenant,
        "testtesttest",
        terms,
        jobs.size(),
        IntStream.range(0, jobs.size())
            .mapToObj(i -> jobs.get(i).inBatch(new BatchItem(id.value(), i)))
            .toList(),
        List.of(),
        NOW,
        key);
  }

  BatchAdmission admit(NewBatch batch) throws Exception {
    return await(batches.admit(batch));
  }

  /** Stored. */
  BatchId admitted(NewBatch batch) throws Exception {
    return ((BatchAdmission.Accepted) admit(batch)).id();
  }

  void want(BatchId id, BatchState state) throws Exception {
    await(batches.change(store.tenant, id, state, NOW));
  }

  void limit(BatchId id, String cap) throws Exception {
    await(
        batches.change(
            store.tenant,
            id,
            terms -> new BatchTerms(terms.name(), terms.weight(), terms.maxInFlight(), cap(cap)),
            NOW));
  }

  /** Until there is nothing more to move. */
  int steps(BatchId id) throws Exception {
    int moved = 0;
    Step step;
    do {
      step = await(batches.step(id, CHUNK, RECHECK, NOW));
      moved += step.moved();
    } while (step.more());
    return moved;
  }

  Map<JobState, Long> counts(BatchId id) throws Exception {
    return await(batches.progress(store.tenant, id)).counts();
  }

  BatchAdmission retry(BatchId id) throws Exception {
    return await(
        batches.retry(store.tenant, id, Set.of(JobState.FAILED), "testtesttest", null, NOW));
  }

  List<BatchId> due(Instant at) throws Exception {
    return await(batches.due(at, 100));
  }

  String number(BatchId id, String expression) {
    return store.database.text("SELECT " + expression + " FROM job WHERE batch_id = '" + id + "'");
  }
}
