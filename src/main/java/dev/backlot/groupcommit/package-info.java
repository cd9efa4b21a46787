/**
 * Group commit: whatever arrives while one batch is being stored goes into the next. No timer, so a
 * lone item waits for nothing, and a flood is stored in large batches by few writers.
 */
@NullMarked
package dev.backlot.groupcommit;

import org.jspecify.annotations.NullMarked;
