package dev.backlot.domain.call;

import dev.backlot.domain.job.JobId;
import java.util.Optional;
import java.util.UUID;

/** A call's public id: a UUIDv7, in lower-case text wherever it is shown. */
public record CallId(UUID value) {
  /** Empty when the text is not a UUID in its canonical form: such an id names no call. */
  public static Optional<CallId> parse(String text) {
    return JobId.parse(text).map(id -> new CallId(id.value()));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
