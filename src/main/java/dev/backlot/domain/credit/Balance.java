package dev.backlot.domain.credit;

/** A tenant's standing in one asset. Granted = available + reserved + spent. */
public record Balance(Asset asset, Credits available, Credits reserved, Credits spent) {}
