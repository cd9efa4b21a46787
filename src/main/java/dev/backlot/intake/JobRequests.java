package dev.backlot.intake;

import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Facts;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.input.PartPlace;
import dev.backlot.domain.input.Parts;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.domain.job.Uses;
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
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a submission of a request whose form has been checked against the contract. Thread-safe.
 */
final class JobRequests {
  private final Supplier<Catalog> catalogs;
  private final Reach reach;
  private final IntakeConfig config;
  private final Uuid7 ids;

  /**
   * @param catalogs asked once for each request, so that its price and its version agree
   * @param reach of the pool's accounts
   */
  JobRequests(Supplier<Catalog> catalogs, Reach reach, IntakeConfig config, Uuid7 ids) {
    this.catalogs = catalogs;
    this.reach = reach;
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
    Catalog catalog = catalogs.get();
    Facts facts = check(catalog, body);
    Instant now = at.truncatedTo(ChronoUnit.MICROS);
    CanonicalJson.Text input = CanonicalJson.textAndParts(facts.input());
    Job job = queued(caller, body, input.text(), facts, catalog, now);
    String answer = JobJson.text(job);
    Idempotency idempotency =
        key == null
            ? null
            : new Idempotency(
                key,
                digest(body, job, input.parts()),
                answer,
                now.plus(config.idempotencyRetention()));
    return new Request(submission(caller, job, facts, idempotency, input.parts()), answer);
  }

  /** The same without a key and an answer. */
  Submission draft(Principal caller, JsonObject body, Instant at) {
    Catalog catalog = catalogs.get();
    Facts facts = check(catalog, body);
    CanonicalJson.Text input = CanonicalJson.textAndParts(facts.input());
    Job job = queued(caller, body, input.text(), facts, catalog, at.truncatedTo(ChronoUnit.MICROS));
    return submission(caller, job, facts, null, input.parts());
  }

  /**
   * The same of an item of a batch, which has no key and no answer of its own.
   *
   * @param catalog the same for all items
   */
  Submission readItem(Principal caller, JsonObject body, Catalog catalog, Instant now) {
    Facts facts = check(catalog, body);
    String input = CanonicalJson.text(facts.input());
    Job job = queued(caller, body, input, facts, catalog, now);
    return submission(caller, job, facts, null, Parts.NONE);
  }

  private Facts check(Catalog catalog, JsonObject body) {
    Map<String, Object> given = body.getJsonObject("input").getMap();
    Facts facts = catalog.check(body.getString("kind"), body.getString("model"), given);
    reach.check(facts);
    return facts;
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
        null,
        JobTerms.read(body, now),
        null);
  }

  private Submission submission(
      Principal caller, Job job, Facts facts, @Nullable Idempotency idempotency, Parts parts) {
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
        idempotency,
        parts,
        job.terms().using(Uses.of(facts.uses())),
        facts.mode(),
        facts.seconds());
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
  private static String digest(JsonObject body, Job job, Parts parts) {
    MessageDigest sha256 = sha256();
    String before = "{";
    for (String member : new TreeSet<>(body.fieldNames())) {
      update(sha256, before + CanonicalJson.text(member) + ":");
      before = ",";
      switch (member) {
        case "input" -> update(sha256, job.input(), parts);
        case "metadata" -> update(sha256, job.metadata());
        default -> update(sha256, CanonicalJson.text(body.getValue(member)));
      }
    }
    update(sha256, "}");
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** With the parts in their places: a body is the same whether or not it is a large one. */
  private static void update(MessageDigest sha256, String input, Parts parts) {
    int written = 0;
    if (!parts.isEmpty()) {
      List<PartPlace> places = PartPlace.in(input);
      for (int i = 0; i < places.size(); i++) {
        update(sha256, input.substring(written, places.get(i).start()) + '"');
        parts.all().get(i).addTo(sha256);
        update(sha256, "\"");
        written = places.get(i).end();
      }
    }
    update(sha256, input.substring(written));
  }

  private static void update(MessageDigest sha256, String text) {
    sha256.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
