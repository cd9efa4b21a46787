package dev.backlot.domain.call;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.node.NodeId;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A call that is to be sent.
 *
 * @param keyId of whoever asks for it
 * @param call its name in the catalog
 * @param account that is to answer it
 * @param node that sends it, under the lease of this {@code epoch}
 * @param price what it costs; null for what is free
 * @param target what of the tenant's it is about, by the tenant's own id
 * @param key under which its outcome is kept for whoever repeats it
 * @param reply by which a repeat is known; null when none is looked for
 */
public record NewCall(
    CallId id,
    TenantId tenant,
    String keyId,
    String call,
    String account,
    NodeId node,
    long epoch,
    @Nullable Price price,
    String priceVersion,
    @Nullable String target,
    @Nullable Key key,
    @Nullable Reply reply) {

  /**
   * @param text as the caller has chosen it, 1 to 255 characters
   * @param bodyDigest SHA-256 of what was asked for, in hex
   */
  public record Key(String text, String bodyDigest) {}

  /**
   * By which a call is known again when its answer is lost.
   *
   * @param digest of what was asked for and by whom, SHA-256 in hex
   * @param unlessUnansweredSince not to be opened beside one that is the same, is not answered and
   *     was under way since then; null to be opened all the same
   * @param beside those do not count
   */
  public record Reply(String digest, @Nullable Instant unlessUnansweredSince, Set<UUID> beside) {}
}
