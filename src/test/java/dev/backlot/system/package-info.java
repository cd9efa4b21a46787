/** Whole processes, started as a user starts them, looked at from outside. */
@NullMarked
package dev.backlot.system;

import org.jspecify.annotations.NullMarked;
