package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.port.Keys;
import dev.backlot.port.Keys.StreamGrant;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the holder of a socket may follow, and for how long.
 *
 * @param credentialId public part of the key or token, safe to log
 * @param expiresAt null for an API key
 */
public record Access(
    TenantId tenant,
    StreamScope scope,
    String credentialId,
    boolean isKey,
    @Nullable Instant expiresAt)
    implements Cover {
  private static final String TOKEN_PREFIX = "bst_";

  /** Empty when the credential opens nothing, or is a key that may neither read nor stream. */
  static Future<Optional<Access>> of(Keys keys, String presented, Instant now) {
    return presented.startsWith(TOKEN_PREFIX)
        ? keys.streamGrant(presented, now).map(grant -> grant.map(Access::ofToken))
        : keys.authenticate(presented)
            .map(caller -> caller.filter(Access::mayFollow).map(Access::ofKey));
  }

  /** Whose it is, whatever it allows; empty when it is not valid. */
  static Future<Optional<TenantId>> tenantOf(Keys keys, String presented, Instant now) {
    return presented.startsWith(TOKEN_PREFIX)
        ? keys.streamGrant(presented, now).map(grant -> grant.map(StreamGrant::tenant))
        : keys.authenticate(presented).map(caller -> caller.map(Principal::tenant));
  }

  /**
   * Fails with {@code FORBIDDEN} when it can not be covered, and as {@link Subscribe#watch}. Of
   * jobs a token for a batch knows only when they are found: the feed looks again.
   */
  public Watch watch(Subscribe asked) {
    Watch watch = asked.watch(tenant);
    if (!covers(watch, scope instanceof StreamScope.OfBatch own ? own.id() : null)) {
      throw notCovered();
    }
    return watch;
  }

  @Override
  public boolean covers(Watch watch, @Nullable BatchId batch) {
    if (scope instanceof StreamScope.WholeTenant) {
      return true;
    }
    if (watch.batch() != null) {
      return scope instanceof StreamScope.OfBatch own && own.id().equals(watch.batch());
    }
    return !watch.jobs().isEmpty()
        && watch.jobs().stream().allMatch(job -> scope.covers(job, batch));
  }

  static BacklotException notCovered() {
    return new BacklotException(
        ErrorCode.FORBIDDEN, "The token does not cover this. Get one that does.");
  }

  private static boolean mayFollow(Principal caller) {
    return caller.may(Scope.READ) || caller.may(Scope.STREAM);
  }

  private static Access ofKey(Principal caller) {
    return new Access(caller.tenant(), new StreamScope.WholeTenant(), caller.keyId(), true, null);
  }

  private static Access ofToken(StreamGrant grant) {
    return new Access(grant.tenant(), grant.scope(), grant.tokenId(), false, grant.expiresAt());
  }
}
