/** Who is asking, and what they may do. */
@NullMarked
package dev.backlot.domain.access;

import org.jspecify.annotations.NullMarked;
