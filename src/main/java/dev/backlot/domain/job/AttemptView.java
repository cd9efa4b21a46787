package dev.backlot.domain.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a job, for whoever may see the job.
 *
 * @param number from 1, in the order in which they were made
 * @param model null for attempts from before it was kept
 * @param state one of our own words, such as {@code running} or {@code refused}
 * @param reason one of our own short words; null while it is open, or when it succeeded
 * @param account for operators only: nothing of the provider's belongs to a tenant (promise P7)
 * @param counted whether it counts as a try of the job
 */
public record AttemptView(
    int number,
    @Nullable String model,
    String state,
    @Nullable String reason,
    String account,
    Instant startedAt,
    @Nullable Instant endedAt,
    boolean counted) {}
