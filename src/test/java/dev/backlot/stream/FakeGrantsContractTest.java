package dev.backlot.stream;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.port.Keys;
import dev.backlot.port.StreamTokens;
import dev.backlot.port.StreamTokensContract;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

class FakeGrantsContractTest extends StreamTokensContract {
  private final FakeGrants grants = new FakeGrants();
  private final Map<TenantId, String> keys = new HashMap<>();

  @Override
  protected StreamTokens tokens() {
    return grants;
  }

  @Override
  protected Keys keys() {
    return grants;
  }

  @Override
  protected TenantId tenant() {
    return StreamServer.TENANT;
  }

  @Override
  protected TenantId otherTenant() {
    return StreamServer.OTHER;
  }

  @Override
  protected String keyOf(TenantId tenant) {
    return keys.computeIfAbsent(
        tenant, owner -> grants.key(owner, Set.of(Scope.STREAM)).split("_", 3)[1]);
  }
}
