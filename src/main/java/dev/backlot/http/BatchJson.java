package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.batch.BatchLine;
import dev.backlot.domain.batch.BatchProgress;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.RefusedItem;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Batches in the API's own form, as {@link JobJson} has jobs. */
public final class BatchJson {
  public static final String PATH = "/api/v1/batches";

  private BatchJson() {}

  /** A batch without what has become of its jobs. */
  public static JsonObject of(JobBatch batch) {
    BatchTerms terms = batch.terms();
    return new JsonObject()
        .put("id", batch.id().toString())
        .put("name", terms.name())
        .put("state", batch.state().text())
        .put("items", batch.items())
        .put("accepted", batch.items() - batch.refused())
        .put("refused_items", batch.refused())
        .put("weight", terms.weight())
        .put("max_in_flight", terms.maxInFlight())
        .put("spend_cap", cap(terms.cap()))
        .put("created_at", batch.createdAt().toString())
        .put("updated_at", batch.updatedAt().toString());
  }

  public static JsonObject of(JobBatch batch, BatchProgress progress) {
    JsonObject counts = new JsonObject();
    progress.inOrder().forEach((state, jobs) -> counts.put(state.text(), jobs));
    JsonArray totals = new JsonArray();
    progress.totals().forEach(each -> totals.add(totals(each)));
    return of(batch)
        .put("counts", counts)
        .put("ended", progress.ended())
        .put("percent", progress.percent())
        .put("totals", totals);
  }

  private static JsonObject totals(BatchProgress.Totals totals) {
    return new JsonObject()
        .put("asset", totals.asset().text())
        .put("cost", totals.cost().toString())
        .put("charged", totals.charged().toString())
        .put("reserved", totals.reserved().toString());
  }

  private static @Nullable JsonObject cap(SpendCap cap) {
    if (!cap.isSet()) {
      return null;
    }
    JsonObject json = new JsonObject();
    cap.amounts().forEach((asset, amount) -> json.put(asset.text(), amount.toString()));
    return json;
  }

  /** What has become of one item. */
  public static JsonObject of(BatchLine line) {
    Instant endedAt = line.endedAt();
    JobId retryOf = line.retryOf();
    Credits charged = line.charged();
    return new JsonObject()
        .put("item", line.item())
        .put("state", line.state().text())
        .put("job_id", line.job().toString())
        .put("kind", line.kind())
        .put("model", line.model())
        .put("metadata", new JsonObject(line.metadata()))
        .put("held_reason", line.heldReason())
        .put("error", error(line.error()))
        .put("asset", line.asset().text())
        .put("cost", line.cost().toString())
        .put("charged", charged == null ? null : charged.toString())
        .put("outputs", JobJson.outputs(line.job(), line.outputs()))
        .put("attempts", line.attempts())
        .put("retry_of", retryOf == null ? null : retryOf.toString())
        .put("updated_at", line.updatedAt().toString())
        .put("ended_at", endedAt == null ? null : endedAt.toString());
  }

  private static @Nullable JsonObject error(@Nullable JobError error) {
    return error == null
        ? null
        : new JsonObject()
            .put("code", error.code().slug())
            .put("title", error.code().title())
            .put("detail", error.detail());
  }

  /** Why there is no job of an item. */
  public static JsonObject of(RefusedItem refused) {
    return new JsonObject()
        .put("item", refused.item())
        .put("code", refused.code().slug())
        .put("field", refused.field())
        .put("detail", refused.detail());
  }

  /** The first of them. */
  public static JsonArray refused(List<RefusedItem> refused, int most) {
    JsonArray items = new JsonArray();
    refused.stream().limit(most).forEach(each -> items.add(of(each)));
    return items;
  }

  /**
   * New terms, where the body says something of them; a null takes away what there was.
   *
   * @param body checked against the contract
   * @throws BacklotException for an amount that is none
   */
  public static BatchTerms terms(BatchTerms before, JsonObject body) {
    return new BatchTerms(
        body.containsKey("name") ? body.getString("name") : before.name(),
        body.getInteger("weight", before.weight()),
        body.containsKey("max_in_flight") ? body.getInteger("max_in_flight") : before.maxInFlight(),
        body.containsKey("spend_cap") ? cap(body.getJsonObject("spend_cap")) : before.cap());
  }

  private static SpendCap cap(@Nullable JsonObject json) {
    if (json == null) {
      return SpendCap.NONE;
    }
    Map<Asset, Credits> amounts = new EnumMap<>(Asset.class);
    json.forEach(
        each -> amounts.put(Asset.parse(each.getKey()), amount(each.getKey(), each.getValue())));
    return new SpendCap(amounts);
  }

  private static Credits amount(String asset, Object text) {
    try {
      Credits amount = Credits.of(String.valueOf(text));
      if (amount.compareTo(Credits.ZERO) >= 0) {
        return amount;
      }
    } catch (NumberFormatException | ArithmeticException none) {
      // As for one below zero.
    }
    String field = "/spend_cap/" + asset;
    throw BacklotException.ofField(
        ErrorCode.INVALID_REQUEST,
        field,
        field + " must be an amount such as \"120\" or \"2.5\", with at most 6 decimals.");
  }
}
