package dev.backlot.domain.webhook;

import dev.backlot.domain.access.TenantId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What signs for an endpoint, sealed: opaque to whoever has not the key of the installation.
 *
 * @param current signs always
 * @param publicKey of {@code current}: 32 bytes of ed25519 in base64, no secret
 * @param previous signs too until {@code previousUntil}; both are there during a rotation only
 */
public record EndpointKeys(
    String current, String publicKey, @Nullable String previous, @Nullable Instant previousUntil) {

  /** Keys of a new endpoint. */
  public static EndpointKeys fresh(String sealedKeys, String publicKey) {
    return new EndpointKeys(sealedKeys, publicKey, null, null);
  }

  /** For whom those are sealed with which the webhooks of a tenant's jobs are signed. */
  public static EndpointId ownerForJobs(TenantId tenant) {
    return new EndpointId(tenant.value());
  }

  /** The older ones, while they still sign. */
  public Optional<String> previousAt(Instant now) {
    return previousUntil != null && now.isBefore(previousUntil)
        ? Optional.ofNullable(previous)
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "EndpointKeys[***]";
  }
}
