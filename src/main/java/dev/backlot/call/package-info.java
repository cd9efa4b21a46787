/**
 * The provider's calls that are answered at once: opened with their reservation, sent once, closed
 * once. What becomes of one whose answer is lost is for the bill to say.
 */
@NullMarked
package dev.backlot.call;

import org.jspecify.annotations.NullMarked;
