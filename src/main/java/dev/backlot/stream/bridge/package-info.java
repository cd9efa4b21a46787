/**
 * The event-bus bridges: clients of SockJS, plain WebSockets and TCP, in the words of the bridges
 * of Vert.x. What they follow comes from the feeds of {@code stream}, which knows nothing of them.
 * Nothing that a client says reaches the cluster. Everything is confined to one event loop.
 */
@NullMarked
package dev.backlot.stream.bridge;

import org.jspecify.annotations.NullMarked;
