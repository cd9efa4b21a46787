package dev.backlot.provider;

import static dev.backlot.domain.ErrorCode.CONTENT_REJECTED;
import static dev.backlot.domain.ErrorCode.MODEL_NOT_GRANTED;
import static dev.backlot.domain.ErrorCode.MODEL_UNAVAILABLE;
import static dev.backlot.domain.ErrorCode.PROVIDER_ACCOUNT;
import static dev.backlot.domain.ErrorCode.PROVIDER_AUTHENTICATION;
import static dev.backlot.domain.ErrorCode.PROVIDER_BUSY;
import static dev.backlot.domain.ErrorCode.PROVIDER_CREDIT;
import static dev.backlot.domain.ErrorCode.PROVIDER_OUTCOME_UNKNOWN;
import static dev.backlot.domain.ErrorCode.PROVIDER_RATE_LIMITED;
import static dev.backlot.domain.ErrorCode.PROVIDER_REJECTED;
import static dev.backlot.domain.ErrorCode.PROVIDER_UNAVAILABLE;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Kling's error table (Kling reference, section 8), whole. The number decides; the HTTP status and
 * the message decide nothing.
 */
enum KlingError {
  AUTHENTICATION_FAILED(1000, PROVIDER_AUTHENTICATION, Retry.NEVER),
  AUTHORIZATION_EMPTY(1001, PROVIDER_AUTHENTICATION, Retry.NEVER),
  AUTHORIZATION_INVALID(1002, PROVIDER_AUTHENTICATION, Retry.NEVER),
  TOKEN_NOT_YET_VALID(1003, PROVIDER_AUTHENTICATION, Retry.NEW_TOKEN),
  TOKEN_EXPIRED(1004, PROVIDER_AUTHENTICATION, Retry.NEW_TOKEN),

  ACCOUNT_ABNORMAL(1100, PROVIDER_ACCOUNT, Retry.NEVER),
  ACCOUNT_IN_ARREARS(1101, PROVIDER_CREDIT, Retry.NEVER),
  // Of one type of pack only: what its others pay for goes on.
  PACK_USED_UP(1102, PROVIDER_CREDIT, Retry.NEVER),
  // Not the account's fault as a whole: parking it would let one job of one tenant, for a model
  // that was not bought, stop everybody else's. Another account may have bought it.
  NO_PERMISSION(1103, MODEL_NOT_GRANTED, Retry.NEVER),

  PARAMETERS_INVALID(1200, PROVIDER_REJECTED, Retry.NEVER),
  VALUE_INVALID(1201, PROVIDER_REJECTED, Retry.NEVER),
  METHOD_INVALID(1202, PROVIDER_REJECTED, Retry.NEVER),
  RESOURCE_MISSING(1203, MODEL_UNAVAILABLE, Retry.NEVER),

  PLATFORM_POLICY(1300, CONTENT_REJECTED, Retry.NEVER),
  CONTENT_POLICY(1301, CONTENT_REJECTED, Retry.NEVER),
  TOO_MANY_REQUESTS(1302, PROVIDER_RATE_LIMITED, Retry.LATER),
  TOO_MANY_TASKS(1303, PROVIDER_BUSY, Retry.LATER),
  ADDRESS_NOT_ALLOWED(1304, PROVIDER_ACCOUNT, Retry.NEVER),

  INTERNAL(5000, PROVIDER_OUTCOME_UNKNOWN, Retry.AFTER_LOOK_UP),
  MAINTENANCE(5001, PROVIDER_UNAVAILABLE, Retry.LATER),
  TIMED_OUT(5002, PROVIDER_OUTCOME_UNKNOWN, Retry.AFTER_LOOK_UP);

  /** When the same request may be sent again. */
  enum Retry {
    NEVER,
    /** At once, but only once, and with a token that was signed anew. */
    NEW_TOKEN,
    /** After a back-off. */
    LATER,
    /** Only when a look-up shows that the task is not there. */
    AFTER_LOOK_UP
  }

  /** What the answer proves about a create. */
  enum Effect {
    /** There is no task. */
    REFUSED,
    /** There may be one. */
    UNKNOWN
  }

  private static final Map<Integer, KlingError> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(KlingError::number, Function.identity()));

  private final int number;
  private final ErrorCode code;
  private final Retry retry;

  KlingError(int number, ErrorCode code, Retry retry) {
    this.number = number;
    this.code = code;
    this.retry = retry;
  }

  /** Empty for success and for every number outside the table. */
  static Optional<KlingError> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }

  int number() {
    return number;
  }

  ErrorCode code() {
    return code;
  }

  Retry retry() {
    return retry;
  }

  Effect effect() {
    return code.kind() == ErrorKind.AMBIGUOUS ? Effect.UNKNOWN : Effect.REFUSED;
  }

  /** On a create: the code may mean that our external id exists already (section 3.2). */
  boolean mayMeanDuplicate() {
    return this == VALUE_INVALID;
  }

  /** On a query: the code may mean that there is no such task (section 3.1). */
  boolean mayMeanNotThere() {
    return this == VALUE_INVALID || this == RESOURCE_MISSING;
  }

  /** Whether the account waits for its operator. */
  boolean parksAccount() {
    return code.kind() == ErrorKind.ACCOUNT && !parksPack();
  }

  /** Whether what one pack of the account pays for waits for its operator. */
  boolean parksPack() {
    return this == PACK_USED_UP;
  }

  /**
   * Plain words for the tenant. The provider's own message only chooses between ours: it may quote
   * the prompt or name the provider.
   */
  String userText(String message) {
    if (message.toLowerCase(Locale.ROOT).contains("discontinued")) {
      return "This model is no longer offered. Choose another model.";
    }
    return switch (code) {
      case PROVIDER_AUTHENTICATION, PROVIDER_ACCOUNT, PROVIDER_CREDIT ->
          "The service's account at the provider needs its operator. The job was not at fault.";
      case MODEL_UNAVAILABLE, MODEL_NOT_GRANTED ->
          "This model is not available here. Choose another model.";
      case PROVIDER_REJECTED ->
          "The provider did not accept a value of the input. Check it and submit a new job.";
      case CONTENT_REJECTED ->
          "The provider's content policy refused the input. Change it and submit a new job.";
      case PROVIDER_RATE_LIMITED, PROVIDER_BUSY -> "The provider is busy. The job keeps its place.";
      case PROVIDER_UNAVAILABLE -> "The provider is under maintenance. The job keeps its place.";
      default -> "The provider did not say whether it took the task. It is being looked up.";
    };
  }
}
