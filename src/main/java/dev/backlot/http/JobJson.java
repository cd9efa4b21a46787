package dev.backlot.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptView;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.OutputId;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.TimeoutPolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job in the API's own form: snake_case, lower-case enums, amounts as decimal strings, times as
 * RFC 3339 in UTC. Never a link token, never anything of the provider's.
 */
public final class JobJson {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private static final int TYPICAL_LENGTH = 1024;

  private JobJson() {}

  /** The job as JSON text. Input and metadata are passed on as they are, digit for digit. */
  public static String text(Job job) {
    StringWriter out = new StringWriter(TYPICAL_LENGTH);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      write(json, job, true);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString();
  }

  /**
   * The job with its lineage, as JSON text.
   *
   * @param withAccounts for operators only
   */
  public static String text(JobDetail detail, boolean withAccounts) {
    String job = text(detail.job());
    JsonArray attempts = new JsonArray();
    detail.attempts().forEach(attempt -> attempts.add(attempt(attempt, withAccounts)));
    JsonObject lineage =
        new JsonObject().put("requested_model", detail.requestedModel()).put("attempts", attempts);
    // The caller's numbers stay as they were written: a tree would rewrite them.
    return job.substring(0, job.length() - 1) + "," + lineage.encode().substring(1);
  }

  private static JsonObject attempt(AttemptView attempt, boolean withAccount) {
    Instant endedAt = attempt.endedAt();
    JsonObject json =
        new JsonObject()
            .put("number", attempt.number())
            .put("model", attempt.model())
            .put("state", attempt.state())
            .put("reason", attempt.reason())
            .put("started_at", attempt.startedAt().toString())
            .put("ended_at", endedAt == null ? null : endedAt.toString())
            .put("counted", attempt.counted());
    return withAccount ? json.put("account", attempt.account()) : json;
  }

  /**
   * The job without what its caller sent (input and metadata): small, whatever was sent, so that
   * many of them fit in one message.
   */
  public static String summary(Job job) {
    StringWriter out = new StringWriter(TYPICAL_LENGTH);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      write(json, job, false);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString();
  }

  /** The job as a tree, for an answer that holds it among other things. */
  public static JsonObject of(Job job) {
    return new JsonObject(text(job));
  }

  /** The same members as in a job's {@code outputs}, without the ids that later jobs take. */
  public static JsonArray outputs(JobId job, Iterable<Output> outputs) {
    JsonArray all = new JsonArray();
    for (Output output : outputs) {
      JsonObject one =
          new JsonObject()
              .put("n", output.n())
              .put("type", output.type())
              .put("url", output.isFile() ? url(job, output.n()) : null)
              .put("duration", output.duration())
              .put("watermark", output.watermark());
      all.add(output.name() == null ? one : one.put("name", output.name()));
    }
    return all;
  }

  /** Where the tenant fetches an output: always our own address. */
  public static String url(JobId job, int n) {
    return "/api/v1/jobs/" + job + "/outputs/" + n;
  }

  private static void write(JsonGenerator json, Job job, boolean whole) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", job.id().toString());
    json.writeStringField("kind", job.kind());
    json.writeStringField("model", job.model());
    json.writeStringField("state", job.state().text());
    json.writeNumberField("version", job.version());
    json.writeNumberField("priority", job.priority());
    if (whole) {
      json.writeFieldName("input");
      json.writeRawValue(job.input());
      json.writeFieldName("metadata");
      json.writeRawValue(job.metadata());
    }
    json.writeBooleanField("cancel_requested", job.cancelRequested());
    json.writeBooleanField("overdue", job.overdue());
    json.writeStringField("asset", job.asset().text());
    json.writeStringField("cost", job.cost().toString());
    writeAmount(json, "charged", job.charged());
    json.writeStringField("price_version", job.priceVersion());
    writeError(json, job.error());
    writeOutputs(json, job);
    json.writeStringField("accepted_at", job.acceptedAt().toString());
    json.writeStringField("updated_at", job.updatedAt().toString());
    writeTime(json, "started_at", job.startedAt());
    writeTime(json, "ended_at", job.endedAt());
    writeTerms(json, job);
    json.writeStringField("held_reason", job.heldReason());
    json.writeEndObject();
  }

  private static void writeTerms(JsonGenerator json, Job job) throws IOException {
    Terms terms = job.terms();
    Instant asked = terms.startAt();
    Instant accepted = job.acceptedAt();
    Instant startAt = asked == null || asked.isBefore(accepted) ? accepted : asked;
    BatchItem batch = terms.batch();
    TimeoutPolicy onTimeout = terms.onTimeout();
    writeTime(json, "start_at", startAt);
    writeTime(json, "expires_at", terms.expiresAt());
    json.writeBooleanField("fallback", terms.fallback());
    json.writeStringField("on_timeout", onTimeout == null ? null : onTimeout.text());
    json.writeStringField("batch_id", batch == null ? null : batch.batch().toString());
    if (batch != null) {
      json.writeNumberField("batch_item", batch.item());
    }
  }

  private static void writeError(JsonGenerator json, @Nullable JobError error) throws IOException {
    if (error == null) {
      json.writeNullField("error");
      return;
    }
    json.writeObjectFieldStart("error");
    json.writeStringField("code", error.code().slug());
    json.writeStringField("title", error.code().title());
    json.writeStringField("detail", error.detail());
    json.writeEndObject();
  }

  private static void writeOutputs(JsonGenerator json, Job job) throws IOException {
    json.writeArrayFieldStart("outputs");
    for (Output output : job.outputs()) {
      json.writeStartObject();
      json.writeNumberField("n", output.n());
      json.writeStringField("type", output.type());
      json.writeStringField("url", output.isFile() ? url(job.id(), output.n()) : null);
      json.writeStringField("duration", output.duration());
      json.writeBooleanField("watermark", output.watermark());
      if (output.theirs() != null) {
        Optional<OutputId> id = OutputId.of(job.publicNumber(), output.n());
        json.writeStringField("id", id.map(OutputId::text).orElse(null));
      }
      if (output.name() != null) {
        json.writeStringField("name", output.name());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeAmount(JsonGenerator json, String name, @Nullable Credits amount)
      throws IOException {
    json.writeStringField(name, amount == null ? null : amount.toString());
  }

  private static void writeTime(JsonGenerator json, String name, @Nullable Instant at)
      throws IOException {
    json.writeStringField(name, at == null ? null : at.toString());
  }
}
