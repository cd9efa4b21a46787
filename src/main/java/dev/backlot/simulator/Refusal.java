package dev.backlot.simulator;

/** The pretend service says no; the route turns it into an envelope. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final KlingError error;
  private final int status;
  private final String text;

  Refusal(KlingError error) {
    this(error, error.message());
  }

  Refusal(KlingError error, String text) {
    this(error, error.status(), text);
  }

  /**
   * @param status in place of the one that belongs to the error
   */
  Refusal(KlingError error, int status, String text) {
    super(text, null, false, false);
    this.error = error;
    this.status = status;
    this.text = text;
  }

  static Refusal value(String text) {
    return new Refusal(KlingError.VALUE_INVALID, text);
  }

  static Refusal unknownModel(String model) {
    return new Refusal(KlingError.RESOURCE_UNKNOWN, "model(" + model + ") does not exist");
  }

  KlingError error() {
    return error;
  }

  int status() {
    return status;
  }

  String text() {
    return text;
  }
}
