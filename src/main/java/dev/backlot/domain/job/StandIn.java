package dev.backlot.domain.job;

/**
 * Another model that takes a job over.
 *
 * @param from the model that it takes it from
 * @param slotClass in which its tasks hold slots
 * @param slots that one of its tasks holds
 */
public record StandIn(String from, String model, String slotClass, int slots) {}
