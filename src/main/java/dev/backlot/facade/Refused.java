package dev.backlot.facade;

/** A request that is answered with one of Kling's errors. The message goes to the client. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final KlingCode code;

  Refused(KlingCode code) {
    this(code, code.words());
  }

  Refused(KlingCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** A value that is wrong, which is most of what can be. */
  static Refused value(String message) {
    return new Refused(KlingCode.VALUE, message);
  }

  KlingCode code() {
    return code;
  }
}
