package dev.backlot.domain.job;

import dev.backlot.domain.catalog.LookupBy;

/**
 * The decision to try a job: committed before the first byte is sent.
 *
 * @param dialect {@code legacy} or {@code path-per-model}
 * @param path product path at the provider, for example {@code /v1/videos/text2video}
 * @param lookup how it is looked up when its outcome is unknown
 * @param body the whole request body, with our external id in it
 */
public record PlannedAttempt(
    AttemptId id,
    JobId job,
    String account,
    String dialect,
    String path,
    LookupBy lookup,
    String externalId,
    String body,
    String slotClass,
    int slots) {}
