package dev.backlot.simulator;

/**
 * Tasks compete for slots inside this class (reference, section 9).
 *
 * @param version the model's legacy name, which both dialects share
 */
record SlotClass(String version, PackType pack) {

  /** Whatever the caller calls the model. */
  static SlotClass of(String model, PackType pack) {
    return new SlotClass(PathModel.version(model), pack);
  }

  /** A class of one mode, by either dialect's name of it. */
  SlotClass ofMode(String mode) {
    return new SlotClass(version + ":" + ClipPrices.legacyMode(mode), pack);
  }

  /** Whether it is the other one, or of one of its modes. */
  boolean isOf(SlotClass other) {
    return pack == other.pack
        && (version.equals(other.version) || version.startsWith(other.version + ":"));
  }

  /** Whether there is such a model for the pack. */
  boolean isKnown() {
    boolean older =
        pack == PackType.IMAGE ? StillModel.of(version) != null : ClipPrices.has(version);
    return older || Product.hasVersion(version, pack);
  }

  String text() {
    return version + "/" + pack.text();
  }
}
