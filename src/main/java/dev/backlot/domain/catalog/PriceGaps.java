package dev.backlot.domain.catalog;

import java.util.List;

/** Finds what could be asked for and has no price, before anybody asks. */
final class PriceGaps {
  private PriceGaps() {}

  static void refuse(List<Kind> kinds, PriceBook prices) {
    for (Kind kind : kinds) {
      kind.models().forEach((model, capability) -> refuse(kind, model, capability, prices));
    }
  }

  private static void refuse(Kind kind, String model, Capability capability, PriceBook prices) {
    Ask.allOf(capability)
        .filter(ask -> prices.row(kind, model, ask.mode(), ask.seconds(), ask.features()).isEmpty())
        .findFirst()
        .ifPresent(
            ask -> {
              throw new IllegalArgumentException(
                  String.format(
                      "no price in %s for %s with %s, mode '%s', %d s, %s",
                      prices.version(),
                      kind.name(),
                      model,
                      ask.mode(),
                      ask.seconds(),
                      ask.features()));
            });
  }
}
