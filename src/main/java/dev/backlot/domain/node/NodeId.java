package dev.backlot.domain.node;

import java.util.UUID;

/** One process. A restarted process is another node. */
public record NodeId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
