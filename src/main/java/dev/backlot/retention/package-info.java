/** Removes what has expired, by one node at a time. Each class lives on one event loop. */
@NullMarked
package dev.backlot.retention;

import org.jspecify.annotations.NullMarked;
