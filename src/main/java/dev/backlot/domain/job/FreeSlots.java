package dev.backlot.domain.job;

/**
 * Free slots of one account for one slot class, read under lock.
 *
 * @param free at least 1: an account that is full is not shown
 */
public record FreeSlots(String pool, String account, String slotClass, int free) {}
