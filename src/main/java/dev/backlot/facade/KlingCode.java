package dev.backlot.facade;

import dev.backlot.domain.ErrorCode;

/**
 * The errors that clients know (Kling reference, section 8). Never among them: 1303, for what we
 * have no slot for now waits with us, and the other 429 codes that mean an account of ours.
 */
enum KlingCode {
  AUTHENTICATION_FAILED(401, 1000, "Authentication failed"),
  AUTHORIZATION_EMPTY(401, 1001, "Authorization is empty"),
  AUTHORIZATION_INVALID(401, 1002, "Authorization is invalid"),
  NOT_YET_VALID(401, 1003, "Authorization is not yet valid"),
  EXPIRED(401, 1004, "Authorization has expired"),
  BALANCE(429, 1102, "Account balance not enough"),
  NO_PERMISSION(403, 1103, "Unauthorized access to the requested resource"),
  PARAMETERS(400, 1200, "Invalid request parameters"),
  VALUE(400, 1201, "Invalid parameters"),
  METHOD(404, 1202, "The requested method is invalid"),
  RESOURCE(404, 1203, "The requested resource does not exist"),
  CONTENT(400, 1301, "The content does not comply with the content security policy"),
  TOO_MANY(429, 1302, "Too many requests"),
  INTERNAL(500, 5000, "Server internal error"),
  UNAVAILABLE(503, 5001, "Server temporarily unavailable"),
  TIMEOUT(504, 5002, "Server internal timeout");

  private final int status;
  private final int number;
  private final String words;

  KlingCode(int status, int number, String words) {
    this.status = status;
    this.number = number;
    this.words = words;
  }

  int status() {
    return status;
  }

  int number() {
    return number;
  }

  /** For what there is nothing more exact to say of. */
  String words() {
    return words;
  }

  /** What a failure of ours is to a client of Kling's. */
  static KlingCode of(ErrorCode code) {
    return switch (code) {
      case UNAUTHENTICATED -> AUTHORIZATION_INVALID;
      case FORBIDDEN -> NO_PERMISSION;
      case CREDIT_EXHAUSTED -> BALANCE;
      case INVALID_JSON -> PARAMETERS;
      case NOT_FOUND, METHOD_NOT_ALLOWED -> METHOD;
      case UNKNOWN_MODEL -> RESOURCE;
      case RATE_LIMITED, TOO_MANY_WEBHOOK_ADDRESSES -> TOO_MANY;
      // It may be stored: a client that looks its external id up before it repeats is right.
      case OUTCOME_UNKNOWN -> TIMEOUT;
      // Nor is it known of a call whether it was done: a client that takes 5002 for that is right.
      case CALL_OUTCOME_UNKNOWN -> TIMEOUT;
      case CONTENT_REJECTED -> CONTENT;
      // Surely not done: it may be asked for again.
      case PROVIDER_AUTHENTICATION, PROVIDER_ACCOUNT, PROVIDER_CREDIT -> UNAVAILABLE;
      case OVERLOADED, STORE_UNAVAILABLE -> UNAVAILABLE;
      default -> ofStatus(code.httpStatus());
    };
  }

  private static KlingCode ofStatus(int status) {
    if (status < 500) {
      return VALUE;
    }
    return status == 503 ? UNAVAILABLE : INTERNAL;
  }

  /** What the logs and meters of ours call it. */
  ErrorCode ours() {
    if (this == BALANCE) {
      // Not one that comes back by itself, as the other 429 does.
      return ErrorCode.CREDIT_EXHAUSTED;
    }
    return switch (status) {
      case 401 -> ErrorCode.UNAUTHENTICATED;
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 429 -> ErrorCode.RATE_LIMITED;
      case 500 -> ErrorCode.INTERNAL;
      case 503, 504 -> ErrorCode.OVERLOADED;
      default -> ErrorCode.INVALID_REQUEST;
    };
  }
}
