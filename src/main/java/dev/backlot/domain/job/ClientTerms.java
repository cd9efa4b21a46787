package dev.backlot.domain.job;

import org.jspecify.annotations.Nullable;

/**
 * What a client that speaks the provider's own words said of a job.
 *
 * @param externalId its own id for the job, at most {@value #EXTERNAL_ID_MAX} characters and once
 *     per tenant; null when it gave none. Never sent to the provider
 * @param reply by which a repeat is known; null when repeats are not looked for
 */
public record ClientTerms(@Nullable String externalId, @Nullable ClientReply reply) {
  public static final int EXTERNAL_ID_MAX = 255;
}
