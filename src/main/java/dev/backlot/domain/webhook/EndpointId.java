package dev.backlot.domain.webhook;

import dev.backlot.domain.job.JobId;
import java.util.Optional;
import java.util.UUID;

/** A webhook endpoint's public id: a UUIDv7, in lower-case text wherever it is shown. */
public record EndpointId(UUID value) {
  /** Empty when the text is not a UUID in its canonical form: such an id names no endpoint. */
  public static Optional<EndpointId> parse(String text) {
    return JobId.parse(text).map(id -> new EndpointId(id.value()));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
