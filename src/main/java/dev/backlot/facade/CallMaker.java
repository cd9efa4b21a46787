package dev.backlot.facade;

import dev.backlot.domain.access.Principal;
import dev.backlot.http.CallAnswer;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Supplier;

/** Makes calls that are answered at once. */
@FunctionalInterface
public interface CallMaker {
  /**
   * Checks a call and sends nothing yet. Takes long for a large body.
   *
   * @param call its name in the catalog
   * @param input as the client wrote it, members that nobody knows included
   * @return makes it; to be asked once, on an event loop. Fails with why it was not done, or that
   *     nobody knows
   * @throws dev.backlot.domain.BacklotException naming the member that is wrong
   */
  Supplier<Future<CallAnswer>> read(Principal caller, String call, Map<String, ?> input);
}
