package dev.backlot.facade;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.call.Waiter;
import dev.backlot.http.CallAnswer;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes calls that are answered at once. */
@FunctionalInterface
public interface CallMaker {
  /**
   * Checks a call and sends nothing yet. Takes long for a large body.
   *
   * @param call its name in the catalog
   * @param input as the client wrote it, members that nobody knows included
   * @param replyDigest by which a repeat is known when the answer is lost, SHA-256 in hex; null
   *     when none is looked for
   * @return makes it, and tells first which call of the books it is, one that it repeats included;
   *     to be asked once, on an event loop. Fails with why it was not done, or that nobody knows
   * @throws dev.backlot.domain.BacklotException naming the member that is wrong
   */
  Function<Waiter, Future<CallAnswer>> read(
      Principal caller, String call, Map<String, ?> input, @Nullable String replyDigest);
}
