/**
 * Takes newer versions of the kinds and prices while the service runs. Each class lives on one
 * event loop, except where it says otherwise.
 */
@NullMarked
package dev.backlot.catalog;

import org.jspecify.annotations.NullMarked;
