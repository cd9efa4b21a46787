package dev.backlot.benchmark;

/** What a median should be, and the words for whether it is. */
record Target(Bound bound, double value) {
  enum Bound {
    AT_LEAST(">="),
    AT_MOST("<=");

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

  String verdict(double measured) {
    boolean met =
        switch (bound) {
          case AT_LEAST -> measured >= value;
          case AT_MOST -> measured <= value;
        };
    return met ? "met" : "not met";
  }

  String text() {
    return bound.sign + " " + value;
  }
}
