/**
 * Tasks at the provider that no job waits for any more: follows them to their end and books what
 * they cost as our loss. Each class lives on one event loop.
 */
@NullMarked
package dev.backlot.sweep;

import org.jspecify.annotations.NullMarked;
