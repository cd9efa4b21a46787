package dev.backlot.config;

/** A secret that was read from where the configuration refers to. It is never printed. */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
