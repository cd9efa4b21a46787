package dev.backlot.domain.schedule;

import org.jspecify.annotations.Nullable;

/**
 * What a tenant gets beside others.
 *
 * @param weight 1 to 1000: twice the weight, twice the share while both have work
 * @param mostInFlight most slots of one model that its jobs may hold; null for as many as there are
 */
public record Share(int weight, @Nullable Integer mostInFlight) {}
