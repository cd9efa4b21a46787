package dev.backlot.benchmark;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Reserves and stores one job in one statement, which is its own transaction: the same rows as
 * intake writes, and one commit for each. It is spared the lock that gives events their positions
 * in the order of the commits, which one commit at a time could not afford.
 */
record StatementPerJob(Pool pool) {
  private static final String STORE =
      """
      WITH paid AS (
        UPDATE balance SET available = available - $14::numeric, reserved = reserved + $14::numeric
         WHERE tenant_id = $2 AND asset = $13 AND available >= $14::numeric
        RETURNING available_account, reserved_account
      ), stored AS (
        INSERT INTO job (id, tenant_id, api_key_id, kind, model, input, metadata, priority, state,
                         pool_id, slot_class, slots, sort_key, start_at, asset, cost,
                         price_version, accepted_at, updated_at)
        SELECT $1, $2, $3, $4, $5, $6::text::json, $7::text::json, $8::int, 'queued', $9, $10,
               $11::int, $12, $12, $13, $14::numeric, $15, $12, $12
          FROM paid
        RETURNING id, tenant_id
      ), reserved AS (
        INSERT INTO reservation (job_id, tenant_id, asset, amount, opened_at)
        SELECT id, tenant_id, $13, $14::numeric, $12 FROM stored
      ), moved AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, at)
        SELECT 'reserve', available_account, reserved_account, $13, $14::numeric, $1, $12 FROM paid
      )
      INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
      SELECT tenant_id, id, 1, 'job.queued', $12, $16::text::jsonb FROM stored""";

  Future<Admission> store(Submission job) {
    return pool.preparedQuery(STORE)
        .execute(arguments(job))
        .map(
            stored ->
                stored.rowCount() == 1
                    ? new Admission.Accepted(job.id())
                    : new Admission.TooLittleCredit(job.cost(), Credits.ZERO));
  }

  private static Tuple arguments(Submission job) {
    OffsetDateTime acceptedAt = job.acceptedAt().atOffset(ZoneOffset.UTC);
    return Tuple.from(
        List.of(
            job.id().value(),
            job.tenant().value(),
            job.keyId(),
            job.kind(),
            job.model(),
            job.input(),
            job.metadata(),
            job.priority(),
            job.pool(),
            job.slotClass(),
            job.slots(),
            acceptedAt,
            job.asset().text(),
            Numeric.create(job.cost().value()),
            job.priceVersion(),
            job.eventData()));
  }
}
