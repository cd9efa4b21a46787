/**
 * The database behind the ports, through the reactive client. Thread-safe: each class may be used
 * from any context and answers on the caller's. SQL lives in the {@code *Sql} classes, conversions
 * in {@link dev.backlot.store.Rows}, error codes in {@link dev.backlot.store.PgErrors}.
 */
@NullMarked
package dev.backlot.store;

import org.jspecify.annotations.NullMarked;
