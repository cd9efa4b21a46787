/**
 * What operators see: health, metrics and the life of the process. Everything here is asked for by
 * machines every few seconds, so it answers from memory or from one bounded look at the database.
 */
@NullMarked
package dev.backlot.ops;

import org.jspecify.annotations.NullMarked;
