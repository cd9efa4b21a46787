/**
 * From the queue to the provider: claims jobs under free slots, sends their attempts, and finds out
 * what became of sends without a clear answer (promises P2 and P4). Everything here is confined to
 * the event loop of {@code DispatchVerticle}.
 */
@NullMarked
package dev.backlot.dispatch;

import org.jspecify.annotations.NullMarked;
