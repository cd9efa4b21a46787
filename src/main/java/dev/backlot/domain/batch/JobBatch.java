package dev.backlot.domain.batch;

import dev.backlot.domain.access.TenantId;
import java.time.Instant;

/**
 * A batch as its tenant may see it, without its jobs.
 *
 * @param items how many were given
 * @param refused of how many of them no job was made
 */
public record JobBatch(
    BatchId id,
    TenantId tenant,
    BatchTerms terms,
    BatchState state,
    int items,
    int refused,
    Instant createdAt,
    Instant updatedAt) {}
