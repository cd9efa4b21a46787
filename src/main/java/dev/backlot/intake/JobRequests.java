package dev.backlot.intake;

import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Facts;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.JobJson;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a submission of a request whose form has been checked against the contract. One instance
 * per event loop.
 */
final class JobRequests {
  private final Supplier<Catalog> catalogs;
  private final IntakeConfig config;
  private final Uuid7 ids;
  private final MessageDigest sha256 = sha256();

  /**
   * @param catalogs asked once for each request, so that its price and its version agree
   */
  JobRequests(Supplier<Catalog> catalogs, IntakeConfig config, Uuid7 ids) {
    this.catalogs = catalogs;
    this.config = config;
    this.ids = ids;
  }

  /**
   * @param answer body of the 202, if the submission is accepted
   */
  record Request(Submission submission, String answer) {}

  /**
   * Checks the input, prices it and gives it an id. Stores nothing.
   *
   * @param body a {@code NewJob} of the contract, numbers exact
   * @throws dev.backlot.domain.BacklotException naming the field that is wrong
   */
  Request read(Principal caller, JsonObject body, @Nullable String key, Instant at) {
    Map<String, Object> input = body.getJsonObject("input").getMap();
    Catalog catalog = catalogs.get();
    Facts facts = catalog.check(body.getString("kind"), body.getString("model"), input);
    Instant now = at.truncatedTo(ChronoUnit.MICROS);
    Job job = queued(caller, body, CanonicalJson.text(facts.input()), facts, catalog, now);
    String answer = JobJson.text(job);
    Idempotency idempotency =
        key == null
            ? null
            : new Idempotency(
                key, digest(body, job), answer, now.plus(config.idempotencyRetention()));
    return new Request(submission(caller, job, facts, idempotency), answer);
  }

  private Job queued(
      Principal caller, JsonObject body, String input, Facts facts, Catalog catalog, Instant now) {
    Price price = catalog.price(facts);
    return new Job(
        new JobId(ids.next()),
        caller.tenant(),
        0,
        facts.kind().name(),
        facts.model(),
        input,
        CanonicalJson.text(body.getJsonObject("metadata", new JsonObject()).getMap()),
        body.getInteger("priority", 0),
        JobState.QUEUED,
        1,
        false,
        false,
        price.asset(),
        price.amount(),
        null,
        catalog.priceVersion(),
        null,
        List.of(),
        now,
        now,
        null,
        null);
  }

  private Submission submission(
      Principal caller, Job job, Facts facts, @Nullable Idempotency idempotency) {
    Instant sortKey = job.acceptedAt().minus(config.ageingStep().multipliedBy(job.priority()));
    return new Submission(
        job.id(),
        job.tenant(),
        caller.keyId(),
        job.kind(),
        job.model(),
        job.input(),
        job.metadata(),
        job.priority(),
        config.pool(),
        facts.slotClass().text(),
        facts.outputs(),
        job.acceptedAt(),
        sortKey,
        job.asset(),
        job.cost(),
        job.priceVersion(),
        eventData(job),
        idempotency);
  }

  private static String eventData(Job job) {
    return new JsonObject()
        .put("state", job.state().text())
        .put("version", job.version())
        .put("kind", job.kind())
        .put("model", job.model())
        .put("cost", job.cost().toString())
        .encode();
  }

  /**
   * SHA-256 of the body's canonical JSON. Its two large members are in that form already; what the
   * caller left out stays out, so that a body is the same body only when it says the same.
   */
  private String digest(JsonObject body, Job job) {
    StringBuilder canonical = new StringBuilder(job.input().length() + 128);
    canonical.append("{\"input\":").append(job.input()).append(",\"kind\":");
    CanonicalJson.write(canonical, job.kind());
    if (body.containsKey("metadata")) {
      canonical.append(",\"metadata\":").append(job.metadata());
    }
    if (body.containsKey("model")) {
      canonical.append(",\"model\":");
      CanonicalJson.write(canonical, job.model());
    }
    if (body.containsKey("priority")) {
      canonical.append(",\"priority\":").append(job.priority());
    }
    canonical.append('}');
    byte[] bytes = canonical.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(sha256.digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
