package dev.backlot.benchmark;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uuid7;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * The one job of the benchmark: as a client sends it, and as the service has stored it. What is
 * inserted beside the service has the bytes of such a row by construction.
 */
final class SampleJob {
  /** A prompt of usual length. */
  private static final String PROMPT =
      "A paper boat drifts down a rain-filled gutter at dusk, past lit shop windows, under a stone"
          + " bridge and out into a wide river. The camera follows close to the water, then rises."
          + " Soft reflections, light rain, film grain, slow and calm, no people, no text.";

  static final String BODY =
      """
      {"kind":"text2video","input":{"model_name":"kling-v2-6","prompt":"%s","duration":"5",\
      "mode":"std","aspect_ratio":"16:9","negative_prompt":"blur, low quality"},\
      "metadata":{"project":"benchmark","shot":"12"}}"""
          .formatted(PROMPT);

  /** An input that both dialects of the provider can say. */
  static JsonObject input(String model) {
    return new JsonObject()
        .put("model_name", model)
        .put("prompt", PROMPT)
        .put("mode", "std")
        .put("duration", "5")
        .put("aspect_ratio", "16:9");
  }

  static String body(JsonObject input) {
    return new JsonObject().put("kind", "text2video").put("input", input).encode();
  }

  private final Uuid7 ids = new Uuid7(InstantSource.system(), new SecureRandom());
  private final Row job;

  private SampleJob(Row job) {
    this.job = job;
  }

  /** Reads a row that the service has made of {@link #BODY}. */
  static SampleJob storedIn(Database database) {
    return new SampleJob(
        database
            .query(
                """
                SELECT kind, model, input::text, metadata::text, priority, pool_id, slot_class,
                       slots, asset, cost, price_version, api_key_id, event.data::text AS event_data
                  FROM job JOIN event ON event.job_id = job.id AND event.job_version = 1
                 LIMIT 1""")
            .iterator()
            .next());
  }

  /** The same job once more, under a new id. */
  Submission of(TenantId tenant) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return new Submission(
        new JobId(ids.next()),
        tenant,
        job.getString("api_key_id"),
        job.getString("kind"),
        job.getString("model"),
        job.getString("input"),
        job.getString("metadata"),
        job.getInteger("priority"),
        job.getString("pool_id"),
        job.getString("slot_class"),
        job.getInteger("slots"),
        now,
        now,
        Asset.parse(job.getString("asset")),
        new Credits(job.getBigDecimal("cost")),
        job.getString("price_version"),
        job.getString("event_data"),
        null);
  }
}
