package dev.backlot.port;

import io.vertx.core.Future;

/** Whether the database takes writes at all: it is no standby, and not read-only. */
@FunctionalInterface
public interface Writability {
  /** Asks the server, on one connection. */
  Future<Boolean> isWritable();
}
