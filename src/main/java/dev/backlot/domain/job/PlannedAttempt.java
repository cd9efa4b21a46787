package dev.backlot.domain.job;

/**
 * The decision to try a job: committed before the first byte is sent.
 *
 * @param dialect {@code legacy} or {@code path-per-model}
 * @param path product path at the provider, for example {@code /v1/videos/text2video}
 * @param body the whole request body, with our external id in it
 */
public record PlannedAttempt(
    AttemptId id,
    JobId job,
    String account,
    String dialect,
    String path,
    String externalId,
    String body,
    String slotClass,
    int slots) {}
