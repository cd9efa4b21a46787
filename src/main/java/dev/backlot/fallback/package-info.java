/** Chooses another model for jobs that their own has failed. */
@NullMarked
package dev.backlot.fallback;

import org.jspecify.annotations.NullMarked;
