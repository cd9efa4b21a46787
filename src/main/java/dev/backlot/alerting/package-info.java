/**
 * Decides whether somebody must know. {@code AlertVerticle} has the timer and the wake-ups, {@code
 * AlertEngine} the decisions; both are confined to the verticle's event loop. One node of the
 * installation evaluates at a time.
 */
@NullMarked
package dev.backlot.alerting;

import org.jspecify.annotations.NullMarked;
