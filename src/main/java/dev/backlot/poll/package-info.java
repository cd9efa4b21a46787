/**
 * From running to the end: asks the provider how tasks stand and ends their jobs. Everything here
 * is confined to the event loop of {@code PollVerticle}.
 */
@NullMarked
package dev.backlot.poll;

import org.jspecify.annotations.NullMarked;
