package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig.Account;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** The account's resource packs, one of each type. Event loop only. */
final class Packs {
  private final Map<PackType, Pack> byType = new EnumMap<>(PackType.class);

  Packs(Account account, Duration lag) {
    BigDecimal units = account.packUnits();
    String video = "Sim-Video-" + account.slots() + "Con-12Months";
    String image = "Sim-Image-" + account.imageSlots() + "Con-12Months";
    byType.put(PackType.VIDEO, new Pack(video, units, lag));
    byType.put(PackType.IMAGE, new Pack(image, units, lag));
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
