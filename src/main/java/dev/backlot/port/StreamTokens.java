package dev.backlot.port;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Short-lived tokens for browsers, as the tenant's back end sees them; {@link Keys#streamGrant}
 * says what one opens. Another tenant's token does not exist here (promise P6).
 */
public interface StreamTokens {
  /**
   * Makes a token.
   *
   * @param keyId a key of this tenant's; the token dies with it
   * @param liveMax most live tokens of the tenant, exactly, whatever happens at the same time
   * @return fails with {@code TOO_MANY_TOKENS} at that bound
   */
  Future<NewToken> mint(
      TenantId tenant,
      String keyId,
      StreamScope scope,
      Instant now,
      Instant expiresAt,
      int liveMax);

  /**
   * @param id public part of the token, safe to log
   * @param presented the whole token; exists only here, shown once
   */
  record NewToken(String id, String presented, Instant expiresAt) {
    @Override
    public String toString() {
      return "NewToken[" + id + "]";
    }
  }

  /**
   * Ends a token at once: nothing is opened with it any more, and what is open is closed by {@link
   * Keys#closed}.
   *
   * @return false when the tenant has no such live token
   */
  Future<Boolean> revoke(TenantId tenant, String id, Instant now);

  /**
   * The tokens that open something now, newest first.
   *
   * @param cursor {@code nextCursor} of an earlier page, null for the first; {@code
   *     INVALID_REQUEST} when it is not one
   * @param limit 1 to 200
   */
  Future<Page<LiveToken>> live(TenantId tenant, @Nullable String cursor, int limit, Instant now);

  /**
   * @param keyId the key that made it
   */
  record LiveToken(
      String id, String keyId, StreamScope scope, Instant createdAt, Instant expiresAt) {}
}
