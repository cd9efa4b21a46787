package dev.backlot.domain.job;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.input.Parts;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A validated, priced request for one job, ready to be stored. Its id is made before the first
 * attempt to store it, so that a group whose commit is in doubt can be stored again unchanged.
 *
 * @param keyId the API key that submitted it
 * @param input the caller's own fields, JSON object text, without external id or callback address
 * @param model the model that will run it (the default already filled in)
 * @param slotClass model version and pack type, for example {@code kling-v2-6/video}
 * @param pool the set of interchangeable accounts that may run it
 * @param sortKey place in the tenant's own queue: accepted_at - priority * ageing step
 * @param idempotency absent when the caller sent no Idempotency-Key
 * @param parts long values of the input, which have left objects in its text
 * @param mode or resolution; empty when the model has none
 * @param seconds duration; 0 for what has none
 */
public record Submission(
    JobId id,
    TenantId tenant,
    String keyId,
    String kind,
    String model,
    String input,
    String metadata,
    int priority,
    String pool,
    String slotClass,
    int slots,
    Instant acceptedAt,
    Instant sortKey,
    Asset asset,
    Credits cost,
    String priceVersion,
    String eventData,
    @Nullable Idempotency idempotency,
    Parts parts,
    Terms terms,
    String mode,
    int seconds) {

  /** One whose input is all in its text, and of whose time nothing is known. */
  public Submission(
      JobId id,
      TenantId tenant,
      String keyId,
      String kind,
      String model,
      String input,
      String metadata,
      int priority,
      String pool,
      String slotClass,
      int slots,
      Instant acceptedAt,
      Instant sortKey,
      Asset asset,
      Credits cost,
      String priceVersion,
      String eventData,
      @Nullable Idempotency idempotency) {
    this(
        id,
        tenant,
        keyId,
        kind,
        model,
        input,
        metadata,
        priority,
        pool,
        slotClass,
        slots,
        acceptedAt,
        sortKey,
        asset,
        cost,
        priceVersion,
        eventData,
        idempotency,
        Parts.NONE,
        Terms.NONE,
        "",
        0);
  }

  /** The same as an item of a batch. */
  public Submission inBatch(BatchItem item) {
    return under(terms.inBatch(item));
  }

  /**
   * The same, told where its webhook is kept.
   *
   * @param webhook that of its terms
   */
  public Submission telling(JobWebhook webhook, UUID endpoint) {
    return under(terms.telling(webhook.at(endpoint)));
  }

  /** The same with a webhook of its own. */
  public Submission telling(JobWebhook webhook) {
    return under(terms.telling(webhook));
  }

  /** The same of a client that speaks the provider's own words. */
  public Submission of(ClientTerms said) {
    return under(terms.of(said));
  }

  /** The same with what it takes of earlier jobs. */
  public Submission using(Uses uses) {
    return under(terms.using(uses));
  }

  private Submission under(Terms other) {
    return new Submission(
        id,
        tenant,
        keyId,
        kind,
        model,
        input,
        metadata,
        priority,
        pool,
        slotClass,
        slots,
        acceptedAt,
        sortKey,
        asset,
        cost,
        priceVersion,
        eventData,
        idempotency,
        parts,
        other,
        mode,
        seconds);
  }

  /** The earliest start: not before it was accepted. */
  public Instant startAt() {
    Instant asked = terms.startAt();
    return asked == null || asked.isBefore(acceptedAt) ? acceptedAt : asked;
  }

  /** Whether it may start at once. */
  public boolean isDue() {
    return startAt().equals(acceptedAt);
  }

  /**
   * The caller's key and the first answer, kept together.
   *
   * @param key 1 to 255 visible ASCII characters, unique per tenant
   * @param bodyDigest SHA-256 of the canonical JSON of the body (RFC 8785 order), in hex
   * @param answer the body of the 202 answer, given again byte for byte on every repeat
   * @param expiresAt when the key may be used for something else
   */
  public record Idempotency(String key, String bodyDigest, String answer, Instant expiresAt) {}
}
