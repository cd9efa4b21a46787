package dev.backlot.http;

import dev.backlot.domain.call.Call;
import org.jspecify.annotations.Nullable;

/** What became of a call that was done, whoever asked for it and in whose words. */
public sealed interface CallAnswer {
  /**
   * One that is in the books.
   *
   * @param data the provider's answer, not yet in our words; null when it was too long to be kept
   * @param replayed whether an earlier request with the same key has made the call
   */
  record Made(Call call, @Nullable String data, boolean replayed) implements CallAnswer {}

  /**
   * One that only reads, and is in no books.
   *
   * @param call its name
   * @param data the provider's answer, without its addresses
   */
  record Read(String call, Object data) implements CallAnswer {}
}
