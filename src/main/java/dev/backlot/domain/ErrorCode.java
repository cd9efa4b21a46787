package dev.backlot.domain;

/**
 * Every failure that Backlot can report, to tenants (RFC 9457 problems), on the event bus (the
 * number) and to operators. Numbers and slugs are part of the wire contract: append, never
 * renumber.
 */
public enum ErrorCode {
  INVALID_JSON(100, ErrorKind.CALLER, 400, "invalid-json", "The body is not valid JSON"),
  INVALID_REQUEST(101, ErrorKind.CALLER, 400, "invalid-request", "A field is wrong"),
  UNKNOWN_KIND(102, ErrorKind.CALLER, 400, "unknown-kind", "This kind of job does not exist"),
  UNKNOWN_MODEL(103, ErrorKind.CALLER, 400, "unknown-model", "This model does not exist"),
  UNSUPPORTED_COMBINATION(
      104, ErrorKind.CALLER, 422, "unsupported-combination", "The model cannot do this"),
  BODY_TOO_LARGE(105, ErrorKind.CALLER, 413, "body-too-large", "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(
      106, ErrorKind.CALLER, 415, "unsupported-media-type", "The content type is not supported"),
  RESERVED_FIELD(107, ErrorKind.CALLER, 400, "reserved-field", "This field is set by Backlot"),
  IDEMPOTENCY_KEY_REUSED(
      108, ErrorKind.CALLER, 409, "idempotency-key-reused", "The key was used for another body"),
  METHOD_NOT_ALLOWED(
      109, ErrorKind.CALLER, 405, "method-not-allowed", "This path does not take that method"),
  NOT_FOUND(110, ErrorKind.CALLER, 404, "not-found", "There is nothing at this path"),
  JOB_NOT_FOUND(111, ErrorKind.CALLER, 404, "job-not-found", "There is no such job"),
  OUTPUT_NOT_FOUND(112, ErrorKind.CALLER, 404, "output-not-found", "The job has no such output"),
  JOB_ENDED(113, ErrorKind.CALLER, 409, "job-ended", "The job has already ended"),
  RANGE_NOT_SATISFIABLE(
      114, ErrorKind.CALLER, 416, "range-not-satisfiable", "The range lies outside the file"),
  URI_TOO_LONG(115, ErrorKind.CALLER, 414, "uri-too-long", "The address is too long"),
  HEADERS_TOO_LARGE(116, ErrorKind.CALLER, 431, "headers-too-large", "The headers are too large"),
  BODY_TIMEOUT(117, ErrorKind.CALLER, 408, "body-timeout", "The body took too long to arrive"),
  LENGTH_REQUIRED(
      118, ErrorKind.CALLER, 411, "length-required", "A large body must say how long it is"),
  JOB_NOT_WAITING(119, ErrorKind.CALLER, 409, "job-not-waiting", "The job does not wait for that"),
  UNAUTHENTICATED(120, ErrorKind.CALLER, 401, "unauthenticated", "A valid key is needed"),
  FORBIDDEN(121, ErrorKind.CALLER, 403, "forbidden", "The key does not have this scope"),
  LINK_INVALID(122, ErrorKind.CALLER, 404, "link-invalid", "The link is not valid or has expired"),
  UPGRADE_REQUIRED(123, ErrorKind.CALLER, 426, "upgrade-required", "This path is a WebSocket"),
  ORIGIN_NOT_ALLOWED(
      124, ErrorKind.CALLER, 403, "origin-not-allowed", "Pages of this origin may not connect"),
  TOKEN_NOT_FOUND(125, ErrorKind.CALLER, 404, "token-not-found", "There is no such live token"),
  NOT_ACCEPTABLE(
      127, ErrorKind.CALLER, 406, "not-acceptable", "There is no such representation of it"),
  BATCH_NOT_FOUND(130, ErrorKind.CALLER, 404, "batch-not-found", "There is no such batch"),
  BATCH_CANCELED(131, ErrorKind.CALLER, 409, "batch-canceled", "The batch was canceled"),
  ITEMS_REFUSED(132, ErrorKind.CALLER, 422, "items-refused", "Some items are wrong"),
  SPEND_CAP_TOO_LOW(
      133, ErrorKind.CALLER, 409, "spend-cap-too-low", "More than that is spent or at work"),
  PRICE_ABOVE_SPEND_CAP(
      134, ErrorKind.CALLER, 422, "price-above-spend-cap", "The batch may not spend that much"),
  UNKNOWN_CALL(140, ErrorKind.CALLER, 404, "unknown-call", "There is no such call to make"),
  CALL_NOT_FOUND(141, ErrorKind.CALLER, 404, "call-not-found", "There is no such call"),
  CALL_UNDER_WAY(142, ErrorKind.CALLER, 409, "call-under-way", "A call with this key is under way"),
  WEBHOOK_NOT_FOUND(150, ErrorKind.CALLER, 404, "webhook-not-found", "There is no such webhook"),
  DELIVERY_NOT_FOUND(
      151, ErrorKind.CALLER, 404, "delivery-not-found", "The webhook has no such delivery"),
  TOO_MANY_WEBHOOKS(152, ErrorKind.CALLER, 409, "too-many-webhooks", "There are too many webhooks"),
  WEBHOOK_DISABLED(153, ErrorKind.CALLER, 409, "webhook-disabled", "The webhook is disabled"),
  NO_WEBHOOK_SECRET(
      154, ErrorKind.CALLER, 409, "no-webhook-secret", "There is no secret to sign webhooks with"),
  TOO_MANY_WEBHOOK_ADDRESSES(
      155,
      ErrorKind.CAPACITY,
      429,
      "too-many-webhook-addresses",
      "Too many webhook addresses of jobs are in use"),

  CREDIT_EXHAUSTED(200, ErrorKind.CAPACITY, 402, "credit-exhausted", "There is too little credit"),
  OVERLOADED(201, ErrorKind.CAPACITY, 503, "overloaded", "The service is at its limit"),
  RATE_LIMITED(202, ErrorKind.CAPACITY, 429, "rate-limited", "Too many requests"),
  CURSOR_EXPIRED(203, ErrorKind.CALLER, 410, "cursor-expired", "The cursor is too old"),
  TOO_MANY_TOKENS(
      204, ErrorKind.CAPACITY, 429, "too-many-tokens", "There are too many live tokens"),
  STORE_UNAVAILABLE(
      210, ErrorKind.TRANSIENT, 503, "store-unavailable", "The database cannot be reached"),
  OUTCOME_UNKNOWN(
      211,
      ErrorKind.AMBIGUOUS,
      503,
      "outcome-unknown",
      "It is not known whether the request was stored"),

  PROVIDER_BUSY(300, ErrorKind.CAPACITY, 503, "provider-busy", "Every slot is in use"),
  PROVIDER_RATE_LIMITED(
      301, ErrorKind.TRANSIENT, 503, "provider-rate-limited", "The provider asks us to slow down"),
  PROVIDER_UNAVAILABLE(
      302, ErrorKind.TRANSIENT, 503, "provider-unavailable", "The provider cannot be reached"),
  PROVIDER_OUTCOME_UNKNOWN(
      303,
      ErrorKind.AMBIGUOUS,
      502,
      "provider-outcome-unknown",
      "The provider did not say whether it took the task"),
  PROVIDER_REJECTED(
      304, ErrorKind.CALLER, 422, "provider-rejected", "The provider refused the request"),
  CONTENT_REJECTED(
      305, ErrorKind.CONTENT, 422, "content-rejected", "The provider's content policy refused it"),
  PROVIDER_AUTHENTICATION(
      306, ErrorKind.ACCOUNT, 502, "provider-account", "The provider account needs attention"),
  PROVIDER_ACCOUNT(
      307, ErrorKind.ACCOUNT, 502, "provider-account", "The provider account needs attention"),
  PROVIDER_CREDIT(
      308, ErrorKind.ACCOUNT, 502, "provider-account", "The provider account needs attention"),
  MODEL_UNAVAILABLE(
      309, ErrorKind.CALLER, 422, "model-unavailable", "The provider no longer offers this model"),
  GENERATION_FAILED(
      310, ErrorKind.TRANSIENT, 502, "generation-failed", "The provider could not generate it"),
  INPUT_REJECTED(
      311, ErrorKind.CALLER, 422, "input-rejected", "The provider could not use an input"),
  GENERATION_TIMEOUT(
      312, ErrorKind.TRANSIENT, 504, "generation-timeout", "The provider did not finish in time"),
  RESULT_UNAVAILABLE(
      313, ErrorKind.TRANSIENT, 502, "result-unavailable", "The file cannot be fetched now"),
  RESULT_EXPIRED(
      314, ErrorKind.CALLER, 410, "result-expired", "The provider no longer keeps this file"),
  JOB_EXPIRED(315, ErrorKind.CALLER, 410, "job-expired", "The job did not start in time"),
  NO_ACCOUNT(316, ErrorKind.CALLER, 422, "no-account", "No account can run the job as it is"),
  /** Of one account only, and never of a job: that is {@link #MODEL_UNAVAILABLE}. */
  MODEL_NOT_GRANTED(
      317, ErrorKind.CALLER, 422, "model-unavailable", "The provider no longer offers this model"),

  CALL_OUTCOME_UNKNOWN(
      318,
      ErrorKind.AMBIGUOUS,
      504,
      "call-outcome-unknown",
      "The provider did not say whether the call was done"),

  INTERNAL(900, ErrorKind.DEFECT, 500, "internal", "Something went wrong on our side");

  private final int number;
  private final ErrorKind kind;
  private final int httpStatus;
  private final String slug;
  private final String title;

  ErrorCode(int number, ErrorKind kind, int httpStatus, String slug, String title) {
    this.number = number;
    this.kind = kind;
    this.httpStatus = httpStatus;
    this.slug = slug;
    this.title = title;
  }

  /** Stable number, used as the failure code of an event-bus reply. */
  public int number() {
    return number;
  }

  public ErrorKind kind() {
    return kind;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** Last segment of the problem type, and the {@code code} that machines read. */
  public String slug() {
    return slug;
  }

  /** One short sentence, safe to show to a tenant. */
  public String title() {
    return title;
  }
}
