/**
 * Other applications of the cluster that follow the log over the event bus, and what only they may
 * have besides events: credit, and incidents. What they follow comes from the feeds of {@code
 * stream}, which knows nothing of them. Everything is confined to one event loop.
 */
@NullMarked
package dev.backlot.stream.application;

import org.jspecify.annotations.NullMarked;
