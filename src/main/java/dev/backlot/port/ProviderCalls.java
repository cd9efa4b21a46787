package dev.backlot.port;

import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.input.PartPlace;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Calls that the provider answers at once. Sends nothing twice. Never fails: every way in which one
 * can end is a value. Callable from any event loop; the future completes on the loop that called.
 */
@FunctionalInterface
public interface ProviderCalls {

  /**
   * @param call its name, for meters
   * @param path product path, with its query
   * @param body of a POST; empty for a GET
   * @param parts long values, in the order of the objects in {@code body} ({@link PartPlace}) in
   *     whose places they belong, as strings; not to be written to
   */
  record Sending(String account, String call, String path, String body, List<byte[]> parts) {
    public Sending {
      parts = List.copyOf(parts);
    }
  }

  /**
   * @param permit asked on the event loop right before the socket write; when it says no, nothing
   *     is written and the outcome is {@code NeverSent}
   * @param late told at most once, when an answer arrives after the deadline had already made the
   *     outcome {@code Unknown}
   */
  Future<CallOutcome> send(Sending sending, BooleanSupplier permit, Consumer<CallOutcome> late);
}
