package dev.backlot.domain.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What its caller said of a job beside the input.
 *
 * @param startAt not started before; null for as soon as there is a slot
 * @param expiresAt not started any more from then on: it expires, at no cost; null for never
 * @param fallback whether another model may stand in for one that cannot do it
 * @param onTimeout what happens when its task takes too long; null for the installation's policy
 * @param batch null for a job of its own
 * @param webhook where its events are told; null for nowhere of its own, and in what the store
 *     reads
 * @param uses what it takes of earlier jobs
 * @param client null for a job that did not come in the provider's own words, and in what the store
 *     reads
 */
public record Terms(
    @Nullable Instant startAt,
    @Nullable Instant expiresAt,
    boolean fallback,
    @Nullable TimeoutPolicy onTimeout,
    @Nullable BatchItem batch,
    @Nullable JobWebhook webhook,
    Uses uses,
    @Nullable ClientTerms client) {
  /** Of a job of which nothing was said. */
  public static final Terms NONE = new Terms(null, null, true, null, null);

  /** Of a job that has no webhook of its own. */
  public Terms(
      @Nullable Instant startAt,
      @Nullable Instant expiresAt,
      boolean fallback,
      @Nullable TimeoutPolicy onTimeout,
      @Nullable BatchItem batch) {
    this(startAt, expiresAt, fallback, onTimeout, batch, null);
  }

  /** Of a job that came in our own words. */
  public Terms(
      @Nullable Instant startAt,
      @Nullable Instant expiresAt,
      boolean fallback,
      @Nullable TimeoutPolicy onTimeout,
      @Nullable BatchItem batch,
      @Nullable JobWebhook webhook) {
    this(startAt, expiresAt, fallback, onTimeout, batch, webhook, Uses.NOTHING, null);
  }

  Terms inBatch(BatchItem item) {
    return new Terms(startAt, expiresAt, fallback, onTimeout, item, webhook, uses, client);
  }

  Terms telling(JobWebhook told) {
    return new Terms(startAt, expiresAt, fallback, onTimeout, batch, told, uses, client);
  }

  /** The same of a job that takes something of earlier ones. */
  public Terms using(Uses taken) {
    return new Terms(startAt, expiresAt, fallback, onTimeout, batch, webhook, taken, client);
  }

  Terms of(ClientTerms said) {
    return new Terms(startAt, expiresAt, fallback, onTimeout, batch, webhook, uses, said);
  }
}
