package dev.backlot.simulator;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** The account's resource packs, one of each type. Event loop only. */
final class Packs {
  private final Map<PackType, Pack> byType = new EnumMap<>(PackType.class);

  /**
   * @param units that each of them holds
   */
  Packs(BigDecimal units, Duration lag) {
    for (PackType type : PackType.values()) {
      byType.put(type, new Pack(units, lag));
    }
  }

  Pack of(PackType type) {
    Pack pack = byType.get(type);
    if (pack == null) {
      throw new IllegalStateException("no pack for " + type);
    }
    return pack;
  }

  /** Exact units of all ended tasks, by pack. */
  Map<String, BigDecimal> billed() {
    Map<String, BigDecimal> billed = new TreeMap<>();
    byType.forEach((type, pack) -> billed.put(type.text(), pack.billed()));
    return billed;
  }
}
