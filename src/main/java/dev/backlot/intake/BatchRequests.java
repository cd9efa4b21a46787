package dev.backlot.intake;

import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.batch.RefusedItem;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.BatchBody;
import dev.backlot.http.BatchJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a batch of what was sent: each item checked and priced as a job of its own. Thread-safe.
 */
final class BatchRequests {
  /** Most refused items that one answer lists; the manifest has all of them. */
  static final int LISTED = 1_000;

  private static final BatchTerms PLAIN = new BatchTerms(null, 1, null, SpendCap.NONE);

  private final Supplier<Catalog> catalogs;
  private final JobRequests jobs;
  private final WebhookAddresses webhooks;
  private final IntakeConfig config;
  private final Uuid7 ids;

  BatchRequests(
      Supplier<Catalog> catalogs,
      Reach reach,
      WebhookAddresses webhooks,
      IntakeConfig config,
      Uuid7 ids) {
    this.catalogs = catalogs;
    this.webhooks = webhooks;
    this.jobs = new JobRequests(catalogs, reach, config, ids);
    this.config = config;
    this.ids = ids;
  }

  /**
   * @param batch to be stored, unless it is refused as a whole
   * @param answer body of the 202
   * @param refused whether nothing of it may be stored, for what its items are
   * @param validOnly whether what is right is stored although other items are wrong
   */
  record Request(NewBatch batch, JsonObject answer, boolean refused, boolean validOnly) {

    /** The same with what its items use of earlier jobs; those that name nothing are refused. */
    Request using(UsedOutputs.Found found) {
      List<Submission> made = new ArrayList<>();
      List<RefusedItem> wrong = new ArrayList<>(batch.refused());
      for (Submission job : batch.jobs()) {
        try {
          made.add(found.in(job));
        } catch (BacklotException why) {
          int item = Objects.requireNonNull(job.terms().batch()).item();
          wrong.add(new RefusedItem(item, why.code(), why.field().orElse(null), why.detail()));
        }
      }
      if (wrong.size() == batch.refused().size()) {
        return new Request(batch.with(made), answer, refused, validOnly);
      }
      wrong.sort(Comparator.comparingInt(RefusedItem::item));
      NewBatch left = batch.with(made, wrong);
      JsonObject told = BatchRequests.answer(left);
      return new Request(
          left.answering(told.encode()), told, !validOnly || made.isEmpty(), validOnly);
    }
  }

  /**
   * Stores nothing. Takes long: not on an event loop.
   *
   * @throws BacklotException when the whole is wrong
   */
  Request read(Principal caller, BatchBody body, @Nullable String key, Instant at) {
    JsonObject head = body.head();
    BatchTerms terms = BatchJson.terms(PLAIN, head);
    Reader reader = new Reader(caller, terms.cap(), at.truncatedTo(ChronoUnit.MICROS), key != null);
    reader.given(head.getMap());
    int items = body.each(reader);
    boolean validOnly = "valid".equals(head.getString("accept"));
    boolean refused = !reader.refused.isEmpty() && (!validOnly || reader.made.isEmpty());
    if (!refused) {
      checkCap(terms.cap(), reader.made);
    }
    NewBatch batch = reader.batch(terms, items, null);
    JsonObject answer = answer(batch);
    return new Request(
        key == null ? batch : reader.batch(terms, items, idempotency(key, reader, answer)),
        answer,
        refused,
        validOnly);
  }

  private Idempotency idempotency(String key, Reader reader, JsonObject answer) {
    return new Idempotency(
        key,
        HexFormat.of().formatHex(reader.digest.digest()),
        answer.encode(),
        reader.now.plus(config.idempotencyRetention()));
  }

  private static JsonObject answer(NewBatch batch) {
    JsonArray refused = BatchJson.refused(batch.refused(), LISTED);
    return BatchJson.of(batch.stored(), batch.progress()).put("refused", refused);
  }

  private static void checkCap(SpendCap cap, List<Submission> jobs) {
    if (!cap.isSet()) {
      return;
    }
    Optional<Asset> unnamed =
        jobs.stream()
            .map(Submission::asset)
            .filter(asset -> !cap.amounts().containsKey(asset))
            .findFirst();
    if (unnamed.isPresent()) {
      throw capIncomplete(unnamed.get());
    }
  }

  /** One that could never start is told now, and not held for ever. */
  private static void checkPrice(SpendCap cap, Submission job) {
    if (cap.isBelow(job.asset(), job.cost())) {
      throw new BacklotException(
          ErrorCode.PRICE_ABOVE_SPEND_CAP,
          "The item costs %s of %s, more than the whole batch may. Raise /spend_cap/%3$s, or leave it out."
              .formatted(job.cost(), job.asset().text(), job.asset().text()));
    }
  }

  private static BacklotException capIncomplete(Asset asset) {
    return BacklotException.ofField(
        ErrorCode.INVALID_REQUEST,
        "/spend_cap",
        "/spend_cap must name an amount of " + asset.text() + ": some of the items cost that.");
  }

  /** Makes a submission of each item, or the reason why there is none. */
  private final class Reader implements BatchBody.Items {
    private final Principal caller;
    private final SpendCap cap;
    private final Instant now;
    private final Catalog catalog = catalogs.get();
    private final BatchId id = new BatchId(ids.next());
    private final List<Submission> made = new ArrayList<>();
    private final List<RefusedItem> refused = new ArrayList<>();
    private final MessageDigest digest = sha256();
    private final boolean keyed;

    Reader(Principal caller, SpendCap cap, Instant now, boolean keyed) {
      this.caller = caller;
      this.cap = cap;
      this.now = now;
      this.keyed = keyed;
    }

    /**
     * What makes a body the same as another one: all that it says, also what is refused of it. Each
     * part ends with a byte that neither a canonical text nor a line has in it.
     */
    @Override
    public void given(@Nullable Object value) {
      if (keyed) {
        digest.update(CanonicalJson.text(value).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
      }
    }

    /** Its bytes, marked, because they may be those of a canonical text. */
    @Override
    public void unreadable(Buffer line) {
      if (keyed) {
        digest.update((byte) 0);
        digest.update(line.getBytes());
        digest.update((byte) '\n');
      }
    }

    @Override
    public void item(int number, JsonObject item) {
      try {
        Submission job = jobs.readItem(caller, item, catalog, now);
        checkPrice(cap, job);
        webhooks.check(job);
        made.add(job.inBatch(new BatchItem(id.value(), number)));
      } catch (BacklotException why) {
        refused(number, why);
      }
    }

    @Override
    public void refused(int number, BacklotException why) {
      refused.add(new RefusedItem(number, why.code(), why.field().orElse(null), why.detail()));
    }

    NewBatch batch(BatchTerms terms, int items, @Nullable Idempotency key) {
      return new NewBatch(
          id, caller.tenant(), caller.keyId(), terms, items, made, refused, now, key);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
