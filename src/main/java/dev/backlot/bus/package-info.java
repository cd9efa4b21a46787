/** Every event-bus address, its message type and the one way to publish and subscribe. */
@NullMarked
package dev.backlot.bus;

import org.jspecify.annotations.NullMarked;
