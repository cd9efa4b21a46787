package dev.backlot.domain.batch;

import org.jspecify.annotations.Nullable;

/**
 * What its tenant says of a batch as a whole, and may change later.
 *
 * @param name 1 to 200 characters, for people; null for none
 * @param weight its share among the tenant's own batches: 1 to 1000
 * @param maxInFlight most slots of one class that its jobs hold at a time, from 1; null for as many
 *     as the tenant gets
 */
public record BatchTerms(
    @Nullable String name, int weight, @Nullable Integer maxInFlight, SpendCap cap) {}
