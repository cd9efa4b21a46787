package dev.backlot.benchmark;

/** What a median should be, and the words for whether it is. */
record Target(Bound bound, double value) {
  private static final Target NONE = new Target(Bound.NONE, 0);

  enum Bound {
    AT_LEAST(">="),
    AT_MOST("<="),
    NONE("");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }
  }

  static Target atLeast(double value) {
    return new Target(Bound.AT_LEAST, value);
  }

  static Target atMost(double value) {
    return new Target(Bound.AT_MOST, value);
  }

  /** For what only says how something was. */
  static Target none() {
    return NONE;
  }

  String verdict(double measured) {
    if (bound == Bound.NONE) {
      return "";
    }
    boolean met =
        switch (bound) {
          case AT_LEAST -> measured >= value;
          case AT_MOST -> measured <= value;
          case NONE -> true;
        };
    return met ? "met" : "not met";
  }

  String text() {
    return bound == Bound.NONE ? "" : bound.sign + " " + value;
  }
}
