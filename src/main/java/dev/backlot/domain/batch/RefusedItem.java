package dev.backlot.domain.batch;

import dev.backlot.domain.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * An item of which no job was made.
 *
 * @param item its place, from 0
 * @param field JSON Pointer into the item; null when no field is to blame
 * @param detail as in a problem
 */
public record RefusedItem(int item, ErrorCode code, @Nullable String field, String detail) {}
