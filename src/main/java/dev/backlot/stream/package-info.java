/**
 * Live status: one tail of the event log per node, one hub of subscriptions per event loop, and
 * what carries them: WebSockets and event streams. Only the tail asks the database for new events;
 * an event is encoded once in each form, and the same bytes go to everybody. Everything but {@code
 * Hubs} is confined to one event loop.
 */
@NullMarked
package dev.backlot.stream;

import org.jspecify.annotations.NullMarked;
