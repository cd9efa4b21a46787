/**
 * Kling's own API in front of our jobs: both of its dialects, for clients that know nothing of us
 * (Kling reference, sections 1 to 6 and 16). What can be made, where and in which words comes from
 * the catalog; nothing here knows a kind by its name.
 */
@NullMarked
package dev.backlot.facade;

import org.jspecify.annotations.NullMarked;
