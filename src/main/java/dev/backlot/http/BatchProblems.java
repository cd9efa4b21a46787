package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchAdmission.TooLittleCredit;
import dev.backlot.domain.batch.BatchChange;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Answers what a batch was refused for. */
public final class BatchProblems {
  private BatchProblems() {}

  public static void notFound(RoutingContext ctx) {
    Problems.send(
        ctx,
        new BacklotException(
            ErrorCode.BATCH_NOT_FOUND,
            "You have no batch of this id. GET " + BatchJson.PATH + " lists yours."));
  }

  public static void closed(RoutingContext ctx) {
    Problems.send(
        ctx,
        new BacklotException(
            ErrorCode.BATCH_CANCELED, "The batch was canceled, and that is for good."));
  }

  /**
   * @param admission one that stored nothing and replays nothing
   */
  public static void send(RoutingContext ctx, BatchAdmission admission) {
    if (admission instanceof TooLittleCredit poor) {
      credit(ctx, poor);
    } else if (admission instanceof BatchAdmission.Unknown) {
      notFound(ctx);
    } else if (admission instanceof BatchAdmission.Closed) {
      closed(ctx);
    } else {
      Problems.send(
          ctx,
          BacklotException.ofField(
              ErrorCode.IDEMPOTENCY_KEY_REUSED,
              "header:Idempotency-Key",
              "This Idempotency-Key was used for another body. Take a new key."));
    }
  }

  private static void credit(RoutingContext ctx, TooLittleCredit poor) {
    String asset = poor.asset().text();
    Problems.send(
        ctx,
        new BacklotException(
            ErrorCode.CREDIT_EXHAUSTED,
            "The jobs need %s of %s and %s is available. Nothing was stored."
                .formatted(poor.needed(), asset, poor.available())),
        new JsonObject()
            .put("asset", asset)
            .put("needed", poor.needed().toString())
            .put("available", poor.available().toString()));
  }

  /**
   * @param change one that changed nothing
   */
  public static void send(RoutingContext ctx, BatchChange change) {
    if (change instanceof BatchChange.Closed) {
      closed(ctx);
    } else if (change instanceof BatchChange.CapIncomplete incomplete) {
      String asset = incomplete.asset().text();
      Problems.send(
          ctx,
          BacklotException.ofField(
              ErrorCode.INVALID_REQUEST,
              "/spend_cap",
              "/spend_cap must name an amount of " + asset + ": some of the jobs cost that."));
    } else if (change instanceof BatchChange.CapTooLow low) {
      String asset = low.asset().text();
      Problems.send(
          ctx,
          new BacklotException(
              ErrorCode.SPEND_CAP_TOO_LOW,
              "%s of %s is spent or at work already. A cap of that stops everything else."
                  .formatted(low.committed(), asset)),
          new JsonObject().put("asset", asset).put("committed", low.committed().toString()));
    } else {
      notFound(ctx);
    }
  }
}
