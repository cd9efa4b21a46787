/**
 * Result files, streamed from the provider to their tenant, and the links that let a player fetch
 * them without a key. Everything of one request happens on its event loop; what is shared between
 * loops says so.
 */
@NullMarked
package dev.backlot.results;

import org.jspecify.annotations.NullMarked;
