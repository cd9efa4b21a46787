package dev.backlot.simulator;

/** A legacy product path; each finds only its own tasks (reference, section 3.1). */
enum Product {
  TEXT2VIDEO,
  IMAGE2VIDEO;

  String path() {
    return switch (this) {
      case TEXT2VIDEO -> "text2video";
      case IMAGE2VIDEO -> "image2video";
    };
  }
}
