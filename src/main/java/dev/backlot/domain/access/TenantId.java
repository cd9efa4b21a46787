package dev.backlot.domain.access;

import java.util.UUID;

/** One customer of this installation. Nothing of a tenant's is ever visible to another. */
public record TenantId(UUID value) implements Comparable<TenantId> {
  public static TenantId parse(String text) {
    return new TenantId(UUID.fromString(text));
  }

  @Override
  public int compareTo(TenantId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
