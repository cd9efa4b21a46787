package dev.backlot.domain.job;

import dev.backlot.domain.access.TenantId;

/**
 * An attempt together with what a compare-and-set on its job needs.
 *
 * @param fence the job's fence when we claimed it or took it over; a higher one in the row means
 *     that the job is no longer ours, and every write of ours comes to nothing
 * @param externalId the id that the provider knows it by
 */
public record AttemptRef(
    AttemptId id,
    JobId job,
    TenantId tenant,
    long fence,
    String account,
    String path,
    String externalId) {}
