package dev.backlot.port;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * API keys, and what they and stream tokens open. Secrets are stored as SHA-256 only, and compared
 * in constant time. {@link StreamTokens} makes the tokens.
 */
public interface Keys {
  /** The caller behind {@code blk_<id>_<secret>}; empty when unknown, revoked or malformed. */
  Future<Optional<Principal>> authenticate(String presented);

  /** Makes a key, and its tenant when there is none of that name. */
  Future<NewKey> create(String tenantName, Set<Scope> scopes, Instant now);

  /** Stores a key that was made elsewhere; only the development profile does so. Idempotent. */
  Future<TenantId> install(String tenantName, String presented, Set<Scope> scopes, Instant now);

  /**
   * Ends a key, and with it every stream token it has made.
   *
   * @return false when there is no such live key
   */
  Future<Boolean> revoke(String keyId, Instant now);

  Future<Optional<TenantId>> tenantNamed(String name);

  /**
   * @param presented the whole key; exists only here, shown once
   */
  record NewKey(TenantId tenant, String keyId, String presented) {
    @Override
    public String toString() {
      return "NewKey[" + keyId + "]";
    }
  }

  /** What the token allows; empty when unknown, revoked, past its expiry, or without its key. */
  Future<Optional<StreamGrant>> streamGrant(String presented, Instant now);

  /**
   * @param tokenId public part of the token, safe to log
   */
  record StreamGrant(String tokenId, TenantId tenant, StreamScope scope, Instant expiresAt) {}

  /** Most ids of one {@link #closed} question, keys and tokens together. */
  int MAX_CLOSED = 1_000;

  /**
   * The public ids, of those given, that open nothing any more: unknown, revoked, past expiry, or a
   * token whose key was revoked. One question for every open socket of a node, so that a revocation
   * closes sockets within seconds.
   */
  Future<Set<String>> closed(Set<String> keyIds, Set<String> tokenIds, Instant now);
}
