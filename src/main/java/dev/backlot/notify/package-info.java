/**
 * Where alerts go. A sink is called on the evaluating verticle's event loop and never blocks it.
 */
@NullMarked
package dev.backlot.notify;

import org.jspecify.annotations.NullMarked;
