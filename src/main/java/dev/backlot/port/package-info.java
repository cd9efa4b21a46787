/**
 * What the features need from outside. The only Vert.x type allowed here is {@code Future}. Every
 * implementation passes the contract test of its port.
 */
@NullMarked
package dev.backlot.port;

import org.jspecify.annotations.NullMarked;
