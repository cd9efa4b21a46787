package dev.backlot.simulator;

/** Lengths a clip may have, in seconds: from {@code min} to {@code max} in steps. */
record Lengths(int min, int max, int step) {
  boolean take(int seconds) {
    return seconds >= min && seconds <= max && (seconds - min) % step == 0;
  }
}
