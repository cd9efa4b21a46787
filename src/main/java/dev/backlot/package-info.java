/** The composition root: reads the configuration, builds every object, starts and stops them. */
@NullMarked
package dev.backlot;

import org.jspecify.annotations.NullMarked;
