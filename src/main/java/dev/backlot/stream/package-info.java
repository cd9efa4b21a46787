/**
 * Live status: one tail of the event log per node, one hub of subscriptions per event loop, and the
 * WebSocket that carries them. Only the tail asks the database for new events; an event is encoded
 * once and the same text goes to everybody. Everything but {@code Hubs} is confined to one event
 * loop.
 */
@NullMarked
package dev.backlot.stream;

import org.jspecify.annotations.NullMarked;
