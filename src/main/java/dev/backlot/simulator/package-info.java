/**
 * A pretend Kling API with faults on demand and books of its own. It shares no code with the client
 * that it tests. Everything of one simulator lives on one event loop; painting a result is the only
 * work on a worker thread.
 */
@NullMarked
package dev.backlot.simulator;

import org.jspecify.annotations.NullMarked;
