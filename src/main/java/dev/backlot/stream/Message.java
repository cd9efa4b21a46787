package dev.backlot.stream;

import org.jspecify.annotations.Nullable;

/**
 * What the server says besides events, to one client.
 *
 * @param cursor the place in the log that it tells; null when it tells none
 * @param text JSON
 */
public record Message(String type, @Nullable String cursor, String text) {}
