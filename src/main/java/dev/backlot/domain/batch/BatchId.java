package dev.backlot.domain.batch;

import dev.backlot.domain.job.JobId;
import java.util.Optional;
import java.util.UUID;

/** A batch's public id: a UUIDv7, in lower-case text wherever it is shown. */
public record BatchId(UUID value) {
  /** Empty when the text is not a UUID in its canonical form: such an id names no batch. */
  public static Optional<BatchId> parse(String text) {
    return JobId.parse(text).map(id -> new BatchId(id.value()));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
