/**
 * The embedded PostgreSQL: start, reuse, stop. Every method blocks and belongs on a worker thread,
 * never on an event loop.
 */
@NullMarked
package dev.backlot.database;

import org.jspecify.annotations.NullMarked;
