package dev.backlot.simulator;

/** The pretend service says no; the route turns it into an envelope. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final KlingError error;
  private final String text;

  Refusal(KlingError error) {
    this(error, error.message());
  }

  Refusal(KlingError error, String text) {
    super(text, null, false, false);
    this.error = error;
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

  String text() {
    return text;
  }
}
