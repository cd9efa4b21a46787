package dev.backlot.simulator;

/** Resource packs; each has units and slots of its own (reference, sections 9 and 12). */
enum PackType {
  VIDEO("video", "rp-0001"),
  IMAGE("image", "rp-0002");

  private final String text;
  private final String packageId;

  PackType(String text, String packageId) {
    this.text = text;
    this.packageId = packageId;
  }

  String text() {
    return text;
  }

  /** Of the account's only pack of this type. */
  String packageId() {
    return packageId;
  }
}
