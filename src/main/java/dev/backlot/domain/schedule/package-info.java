/** Whose turn it is, in plain Java. */
@NullMarked
package dev.backlot.domain.schedule;

import org.jspecify.annotations.NullMarked;
