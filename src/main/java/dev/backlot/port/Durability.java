package dev.backlot.port;

import io.vertx.core.Future;
import java.util.List;

/** Whether the database keeps what it has committed (promise P1). */
public interface Durability {
  /**
   * Asks the server, on one connection.
   *
   * @return what is missing, each in a sentence for the operator that names the setting and the
   *     remedy; empty when nothing is
   */
  Future<List<String>> shortcomings();
}
