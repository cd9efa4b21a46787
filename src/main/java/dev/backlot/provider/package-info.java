/**
 * The way to Kling: client, payloads, error table, breakers. No other package knows its wire form.
 * Everything is non-blocking; a call runs on the event loop that made it.
 */
@NullMarked
package dev.backlot.provider;

import org.jspecify.annotations.NullMarked;
