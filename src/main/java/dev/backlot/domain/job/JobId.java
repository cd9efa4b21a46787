package dev.backlot.domain.job;

import java.util.Optional;
import java.util.UUID;

/** A job's public id: a UUIDv7, in lower-case text wherever it is shown. */
public record JobId(UUID value) implements Comparable<JobId> {
  private static final int TEXT_LENGTH = 36;

  /** Empty when the text is not a UUID in its canonical form: such an id names no job. */
  public static Optional<JobId> parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return Optional.empty();
    }
    try {
      UUID uuid = UUID.fromString(text);
      return uuid.toString().equals(text) ? Optional.of(new JobId(uuid)) : Optional.empty();
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(JobId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
