package dev.backlot.http;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.Keys;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Keys in memory: only what authentication asks for. */
public final class FakeKeys implements Keys {
  public static final TenantId TENANT = new TenantId(new UUID(1, 1));

  private final Map<String, Principal> known = new HashMap<>();
  private final Map<String, StreamGrant> grants = new HashMap<>();
  public int lookUps;

  /** Knows {@link TestServer#KEY} with every scope. */
  public FakeKeys() {
    add(TestServer.KEY, TENANT, Set.of(Scope.values()));
  }

  public FakeKeys add(String key, TenantId tenant, Set<Scope> scopes) {
    known.put(key, new Principal(tenant, key.split("_", -1)[1], scopes));
    return this;
  }

  public FakeKeys add(String token, StreamGrant grant) {
    grants.put(token, grant);
    return this;
  }

  public void forget(String key) {
    known.remove(key);
  }

  @Override
  public Future<Optional<Principal>> authenticate(String presented) {
    lookUps++;
    return Future.succeededFuture(Optional.ofNullable(known.get(presented)));
  }

  @Override
  public Future<NewKey> create(String tenantName, Set<Scope> scopes, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<TenantId> install(
      String tenantName, String presented, Set<Scope> scopes, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Boolean> revoke(String keyId, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Optional<TenantId>> tenantNamed(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Optional<StreamGrant>> streamGrant(String presented, Instant now) {
    return Future.succeededFuture(
        Optional.ofNullable(grants.get(presented)).filter(g -> now.isBefore(g.expiresAt())));
  }

  @Override
  public Future<Set<String>> closed(Set<String> keyIds, Set<String> tokenIds, Instant now) {
    throw new UnsupportedOperationException();
  }
}
