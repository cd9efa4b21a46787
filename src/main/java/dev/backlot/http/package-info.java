/**
 * The HTTP server: routes, authentication, request validation, problems. One verticle per event
 * loop.
 */
@NullMarked
package dev.backlot.http;

import org.jspecify.annotations.NullMarked;
