package dev.backlot.simulator;

import java.util.Arrays;
import java.util.Optional;

/** Kling's error table: HTTP status, code and the vendor's wording (reference, section 8). */
enum KlingError {
  AUTHENTICATION_FAILED(401, 1000, "Authentication failed"),
  AUTHORIZATION_EMPTY(401, 1001, "Authorization is empty"),
  AUTHORIZATION_INVALID(401, 1002, "Authorization is invalid"),
  AUTHORIZATION_NOT_YET_VALID(401, 1003, "Authorization is not yet valid"),
  AUTHORIZATION_EXPIRED(401, 1004, "Authorization has expired"),
  ACCOUNT_ABNORMAL(429, 1100, "Account exception"),
  ACCOUNT_IN_ARREARS(429, 1101, "Account in arrears (postpaid scenario)"),
  PACK_USED_UP(429, 1102, "Account balance not enough"),
  NO_PERMISSION(403, 1103, "Unauthorized access to requested resource"),
  PARAMETERS_INVALID(400, 1200, "Invalid request parameters"),
  VALUE_INVALID(400, 1201, "Invalid parameters"),
  METHOD_INVALID(404, 1202, "The requested method is invalid"),
  RESOURCE_UNKNOWN(404, 1203, "The requested resource does not exist"),
  PLATFORM_POLICY(400, 1300, "Trigger the platform strategy"),
  CONTENT_POLICY(400, 1301, "Trigger the content security policy"),
  TOO_MANY_REQUESTS(429, 1302, "The API request is too fast, exceeding the rate limit"),
  SLOTS_FULL(429, 1303, "parallel task over resource pack limit"),
  ADDRESS_REFUSED(429, 1304, "Trigger the platform's IP whitelisting policy"),
  INTERNAL(500, 5000, "Server internal error"),
  UNAVAILABLE(503, 5001, "Server temporarily unavailable, usually due to maintenance"),
  TIMED_OUT(504, 5002, "Server internal timeout, usually due to a backlog");

  private final int status;
  private final int code;
  private final String message;

  KlingError(int status, int code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  static Optional<KlingError> ofCode(int code) {
    return Arrays.stream(values()).filter(error -> error.code == code).findFirst();
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }

  String message() {
    return message;
  }
}
