package dev.backlot.facade;

import dev.backlot.domain.access.Principal;
import dev.backlot.http.CallAnswer;
import io.vertx.core.Future;
import java.util.Map;

/** Makes a call that is answered at once. */
@FunctionalInterface
public interface CallMaker {
  /**
   * @param call its name in the catalog
   * @param input as the client wrote it, members that nobody knows included
   * @return fails with why it was not done, or that nobody knows
   */
  Future<CallAnswer> make(Principal caller, String call, Map<String, ?> input);
}
