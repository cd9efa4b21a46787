/** Long values of a job's input, kept apart from its text. Immutable; thread-safe. */
@NullMarked
package dev.backlot.domain.input;

import org.jspecify.annotations.NullMarked;
