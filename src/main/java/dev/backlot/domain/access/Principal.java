package dev.backlot.domain.access;

import java.util.Set;

/**
 * The authenticated caller.
 *
 * @param keyId public part of the API key, safe to log
 */
public record Principal(TenantId tenant, String keyId, Set<Scope> scopes) {
  public Principal {
    scopes = Set.copyOf(scopes);
  }

  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
