package dev.backlot.call;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.call.Call;
import dev.backlot.domain.call.CallEnd;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.catalog.PriceBook.Price;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import java.util.Map;

/** Why a call was not done, in words for its caller. */
final class CallRefusals {
  private CallRefusals() {}

  /** Of one that the provider has refused, or that was never sent. */
  static JobError error(ErrorCode code) {
    return new JobError(code, detail(code));
  }

  private static String detail(ErrorCode code) {
    return switch (code) {
      case CONTENT_REJECTED -> "The provider's content policy refused the input. Change it.";
      case INPUT_REJECTED, PROVIDER_REJECTED ->
          "The provider did not accept a value of the input. Nothing was charged; check it.";
      case PROVIDER_RATE_LIMITED, PROVIDER_BUSY, PROVIDER_UNAVAILABLE, OVERLOADED ->
          "The provider cannot be asked now. Nothing was charged; try again soon.";
      case PROVIDER_AUTHENTICATION, PROVIDER_ACCOUNT, PROVIDER_CREDIT ->
          "The service's account at the provider needs its operator. Nothing was charged.";
      case MODEL_UNAVAILABLE, MODEL_NOT_GRANTED ->
          "The provider does not offer this call here. Nothing was charged.";
      default -> "The provider could not do it. Nothing was charged; try again.";
    };
  }

  /** Of a call that is closed, and was not done. */
  static BacklotException of(Call call) {
    JobError error = call.error();
    return error == null ? underWay(call.id()) : of(call.id(), error);
  }

  static BacklotException of(CallId id, JobError error) {
    return new BacklotException(error.code(), error.detail())
        .with(Map.of("call_id", id.toString()));
  }

  static BacklotException unknown(CallId id) {
    return of(id, CallEnd.UNKNOWN);
  }

  private static BacklotException underWay(CallId id) {
    return new BacklotException(
            ErrorCode.CALL_UNDER_WAY,
            "The call with this Idempotency-Key has no outcome yet. It is not sent twice: ask again"
                + " with the same key, or GET /api/v1/calls/"
                + id
                + ".")
        .with(Map.of("call_id", id.toString()));
  }

  static BacklotException tooLittleCredit(Price price, Credits available) {
    String asset = price.asset().text();
    return new BacklotException(
            ErrorCode.CREDIT_EXHAUSTED,
            "The call needs %s of %s and %s is available. Nothing was sent."
                .formatted(price.amount(), asset, available))
        .with(
            Map.of(
                "asset", asset,
                "needed", price.amount().toString(),
                "available", available.toString()));
  }

  static BacklotException keyReused() {
    return BacklotException.ofField(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        "header:Idempotency-Key",
        "This Idempotency-Key was used for another call. Take a new key for a new call.");
  }

  static BacklotException noAccount() {
    return new BacklotException(
        ErrorCode.PROVIDER_UNAVAILABLE,
        "No account can be asked now. Nothing was sent or charged; try again soon.");
  }

  static BacklotException nobodyWaits() {
    return new BacklotException(
        ErrorCode.OVERLOADED, "Its client was gone before it was sent. Nothing was charged.");
  }

  static BacklotException noLease() {
    return new BacklotException(
        ErrorCode.OVERLOADED, "This node may send nothing now. Nothing was sent; try again soon.");
  }

  static BacklotException notFound() {
    return new BacklotException(
        ErrorCode.CALL_NOT_FOUND, "You have no call of this id. GET /api/v1/calls lists yours.");
  }
}
