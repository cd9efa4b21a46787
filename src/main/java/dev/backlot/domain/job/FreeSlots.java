package dev.backlot.domain.job;

/**
 * Free slots of one account for one slot class, read under lock.
 *
 * @param free may be negative after the ceiling has shrunk
 */
public record FreeSlots(String account, String slotClass, int free) {}
