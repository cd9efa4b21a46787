/** Many jobs that are accepted, watched and stopped as one. Plain values. */
@NullMarked
package dev.backlot.domain.batch;

import org.jspecify.annotations.NullMarked;
