package dev.backlot.domain.job;

import java.util.UUID;

/**
 * The place of a job in its batch.
 *
 * @param item from 0, in the order in which the batch was written; a job that repeats a failed one
 *     has the same
 */
public record BatchItem(UUID batch, int item) {}
