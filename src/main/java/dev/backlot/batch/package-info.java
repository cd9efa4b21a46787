/**
 * Batches after they were accepted: tells how far they are, and pauses, resumes, cancels and
 * repeats them. Routes run on the server's event loops, the duty on one of its own.
 */
@NullMarked
package dev.backlot.batch;

import org.jspecify.annotations.NullMarked;
