package dev.backlot.domain.job;

import org.jspecify.annotations.Nullable;

/**
 * What a client that speaks the provider's own words said of a job.
 *
 * @param externalId its own id for the job, at most {@value #EXTERNAL_ID_MAX} characters and once
 *     per tenant; null when it gave none. Never sent to the provider
 */
public record ClientTerms(@Nullable String externalId) {
  public static final int EXTERNAL_ID_MAX = 255;
}
