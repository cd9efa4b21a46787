package dev.backlot.simulator;

/** Resource packs; each has units and slots of its own (reference, sections 9 and 12). */
enum PackType {
  VIDEO("video"),
  IMAGE("image");

  private final String text;

  PackType(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
