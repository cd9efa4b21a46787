/** Calls of the provider that are answered at once, without a task. */
@NullMarked
package dev.backlot.domain.call;

import org.jspecify.annotations.NullMarked;
