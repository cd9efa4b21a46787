package dev.backlot.port;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Pairs of an access key and a secret key, for clients that sign a token for each request (Kling
 * reference, section 2.3). Secret keys are stored sealed: a database alone opens nothing.
 */
public interface AccessKeys {
  /** Makes a pair, and its tenant when there is none of that name. */
  Future<NewPair> create(String tenantName, Set<Scope> scopes, Instant now);

  /**
   * @param accessKey as presented: any text
   * @return empty when unknown, revoked or malformed
   */
  Future<Optional<Pair>> find(String accessKey);

  /**
   * Ends a pair.
   *
   * @return false when there is no such live pair
   */
  Future<Boolean> revoke(String accessKey, Instant now);

  /**
   * @param accessKey public, safe to log
   * @param secretKey shown once
   */
  record NewPair(TenantId tenant, String accessKey, String secretKey) {
    @Override
    public String toString() {
      return "NewPair[" + accessKey + "]";
    }
  }

  /**
   * @param principal whose key id is the access key
   * @param secretKey what tokens are signed with; stays in memory, and out of logs
   */
  record Pair(Principal principal, String secretKey) {
    @Override
    public String toString() {
      return "Pair[" + principal.keyId() + "]";
    }
  }
}
