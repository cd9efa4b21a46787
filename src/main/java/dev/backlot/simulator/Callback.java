package dev.backlot.simulator;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One callback on its way.
 *
 * @param id the same for each attempt at it and for its duplicate
 * @param signer null for none
 */
record Callback(String id, String url, Buffer body, @Nullable CallbackSigner signer) {
  Callback signedBy(CallbackSigner other) {
    return new Callback(id, url, body, other);
  }
}
