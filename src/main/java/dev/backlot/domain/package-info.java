/** What Backlot is about, in plain Java: no Vert.x, no SQL, no clock of its own. */
@NullMarked
package dev.backlot.domain;

import org.jspecify.annotations.NullMarked;
