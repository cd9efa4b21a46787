/**
 * The configuration: read once before anything starts, into immutable validated records, one per
 * section. Each class gets its own record, never the tree.
 */
@NullMarked
package dev.backlot.config;

import org.jspecify.annotations.NullMarked;
