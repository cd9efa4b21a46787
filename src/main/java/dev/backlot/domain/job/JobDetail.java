package dev.backlot.domain.job;

import java.util.List;

/**
 * A job with its lineage.
 *
 * @param requestedModel with which it was submitted; another one may have taken it over
 * @param attempts the last {@value #MAX_ATTEMPTS}, the oldest of them first
 */
public record JobDetail(Job job, String requestedModel, List<AttemptView> attempts) {
  public static final int MAX_ATTEMPTS = 50;

  public JobDetail {
    attempts = List.copyOf(attempts);
  }
}
