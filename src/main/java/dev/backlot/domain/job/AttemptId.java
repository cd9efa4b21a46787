package dev.backlot.domain.job;

import java.util.UUID;

/** One try to have a job done, pinned to one account, dialect, path and body (promise P2). */
public record AttemptId(UUID value) {
  /** Ends the installation id, and begins the rest of an external id. */
  public static final String SEPARATOR = "-";

  /**
   * The id under which the provider knows this attempt: at most 64 characters, opaque, unique per
   * provider account, and never the caller's (Kling reference, section 3.2).
   *
   * @param installation the 8-character installation id
   */
  public String externalId(String installation) {
    return installation + SEPARATOR + value.toString().replace("-", "");
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
