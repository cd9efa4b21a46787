package dev.backlot.domain.job;

import org.jspecify.annotations.Nullable;

/**
 * What a client that speaks the provider's own words said of a job.
 *
 * @param externalId its own id for the job, at most {@value #EXTERNAL_ID_MAX} characters and once
 *     per tenant; null when it gave none. Never sent to the provider
 * @param replyDigest SHA-256, in hex, by which a repeat is known whose first answer was lost; null
 *     when repeats are not looked for
 */
public record ClientTerms(@Nullable String externalId, @Nullable String replyDigest) {
  public static final int EXTERNAL_ID_MAX = 255;
}
